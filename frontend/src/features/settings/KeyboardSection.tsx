import { KeyList } from "../../app/KeyList";
import { t } from "../../i18n";
import { SettingsSection } from "./SettingsSection";

/** The keys of the client. */
export function KeyboardSection() {
  return (
    <SettingsSection title={t("settings.keyboard")} text={t("settings.keyboard_text")}>
      <KeyList />
    </SettingsSection>
  );
}
