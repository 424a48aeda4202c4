import { t } from "../../i18n";
import { PasswordField } from "../../ui/password-field";
import type { Bound } from "../../ui/use-form";
import { PASSWORD_MAX } from "./limits";

type CurrentPasswordProps = {
  bind: (name: "current_password") => Bound;
  autoFocus?: boolean;
};

/** The password of today, which the server asks for before it changes what one signs in with. */
export function CurrentPassword({ bind, autoFocus = false }: CurrentPasswordProps) {
  return (
    <PasswordField
      {...bind("current_password")}
      label={t("settings.current_password")}
      autoComplete="current-password"
      required
      autoFocus={autoFocus}
      maxLength={PASSWORD_MAX}
    />
  );
}
