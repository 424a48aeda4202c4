import { LOCALE_NAMES, LOCALES, setLocale, t, useLocale } from "../../i18n";
import { cx } from "../../lib/cx";

/** The languages by their own names, for whoever cannot read this one. */
export function LanguageLinks() {
  const current = useLocale();
  return (
    <nav aria-label={t("settings.language")} className="flex justify-center gap-1 pb-6">
      {LOCALES.map((locale) => (
        <button
          key={locale}
          type="button"
          lang={locale}
          aria-pressed={locale === current}
          onClick={() => void setLocale(locale)}
          className={cx(
            "tap rounded-control px-2 py-1 text-13 hover:bg-hover",
            locale === current ? "font-medium text-ink" : "text-ink-2",
          )}
        >
          {LOCALE_NAMES[locale]}
        </button>
      ))}
    </nav>
  );
}
