import { isOn, turnOff, turnOn, useConsent } from "../../app/notify/consent";
import { t } from "../../i18n";
import { errorText } from "../../ui/form-errors";
import { Switch } from "../../ui/switch";
import { toastError } from "../../ui/toast-store";
import { SettingsSection } from "./SettingsSection";

/** Whether this browser tells of messages while nobody looks; or why it cannot. */
export default function NotifySection() {
  const consent = useConsent();
  const { permission } = consent;
  const mayAsk = permission === "default" || permission === "granted";
  const change = (on: boolean) => {
    if (on) turnOn().catch((error) => toastError(errorText(error)));
    else turnOff();
  };
  return (
    <SettingsSection title={t("notify.title")} text={t("settings.appearance_text")}>
      <Switch
        label={t("notify.ask_setting")}
        hint={t(
          permission === "unsupported"
            ? "notify.unsupported"
            : permission === "denied"
              ? "notify.denied"
              : "notify.hint",
        )}
        checked={mayAsk && isOn(consent)}
        disabled={!mayAsk}
        onChange={change}
      />
    </SettingsSection>
  );
}
