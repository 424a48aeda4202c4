import { api, call } from "../../api/client";
import type { Me } from "../../api/types";
import { t } from "../../i18n";
import { refreshMe } from "../../realtime/store";
import { Button } from "../../ui/button";
import { FormAlert } from "../../ui/form-alert";
import { PasswordField } from "../../ui/password-field";
import { toast } from "../../ui/toast-store";
import { useForm } from "../../ui/use-form";
import { CurrentPassword } from "./CurrentPassword";
import { PASSWORD_MAX, PASSWORD_MIN, wrongPassword } from "./limits";
import { SettingsSection } from "./SettingsSection";

const EMPTY = { current_password: "", new_password: "" };

/** Another password; every other session and every token ends. */
export function PasswordSection({ me }: { me: Me }) {
  const { username, has_password: hasPassword } = me;
  const form = useForm(EMPTY);

  const send = async () => {
    await call(api.POST("/api/auth/password/change", { body: form.values }));
    form.setValues(EMPTY);
    toast(t("settings.password_changed"));
    if (!hasPassword) await refreshMe();
  };

  return (
    <SettingsSection title={t("settings.password")} text={t("settings.password_text")}>
      <form {...form.on(send, { blame: wrongPassword() })} className="flex flex-col gap-4">
        <FormAlert text={form.summary} />
        {/* Password managers look for the account that a password is of. */}
        <input hidden readOnly type="text" autoComplete="username" value={username} />
        <CurrentPassword bind={form.bind} />
        <PasswordField
          {...form.bind("new_password")}
          label={t("settings.new_password")}
          hint={t("auth.password_hint")}
          autoComplete="new-password"
          required
          minLength={PASSWORD_MIN}
          maxLength={PASSWORD_MAX}
        />
        <Button type="submit" variant="primary" className="self-start" busy={form.busy}>
          {t(hasPassword ? "settings.password_change" : "settings.password_set")}
        </Button>
      </form>
    </SettingsSection>
  );
}
