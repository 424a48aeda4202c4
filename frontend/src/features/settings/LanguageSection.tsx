import { LOCALE_NAMES, LOCALES, type Locale, setLocale, t, useLocale } from "../../i18n";
import { updateMe } from "../../realtime/store";
import { errorText } from "../../ui/form-errors";
import { toastError } from "../../ui/toast-store";
import { ChoiceList } from "./ChoiceList";
import { SettingsSection } from "./SettingsSection";

export function LanguageSection() {
  const locale = useLocale();
  const choose = async (next: Locale) => {
    await setLocale(next);
    try {
      await updateMe({ locale: next });
    } catch (error) {
      toastError(errorText(error));
    }
  };
  return (
    <SettingsSection title={t("settings.language")} text={t("settings.language_text")}>
      <ChoiceList
        label={t("settings.language")}
        value={locale}
        onChange={(next) => void choose(next)}
        choices={LOCALES.map((value) => ({ value, label: LOCALE_NAMES[value], lang: value }))}
      />
    </SettingsSection>
  );
}
