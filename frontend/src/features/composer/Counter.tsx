import { t } from "../../i18n";
import { cx } from "../../lib/cx";
import { codePoints } from "../../lib/text";

/** From this part of the limit on, the counter is shown. */
const SHOWN_FROM = 0.9;

/** What is left of the limit, by code points as the server counts them. */
export function Counter({ text, max }: { text: string; max: number }) {
  // A text has at least half as many code points as units: most are not counted at all.
  if (text.length < max * SHOWN_FROM) return null;
  const left = max - codePoints(text);
  if (left > max * (1 - SHOWN_FROM)) return null;
  return (
    <span
      className={cx(
        "px-1.5 text-12 tabular-nums",
        left < 0 ? "font-medium text-danger-text" : "text-ink-2",
      )}
    >
      <span aria-hidden="true">{t("composer.left", { count: left })}</span>
      <span className="sr-only" role="status">
        {left < 0 ? t("composer.too_long") : t("composer.left_label", { count: left })}
      </span>
    </span>
  );
}
