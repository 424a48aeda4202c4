import { t } from "../../i18n";
import { selectMe } from "../../realtime/selectors";
import { useStore } from "../../realtime/store";
import { PasswordField } from "../../ui/password-field";
import type { Bound } from "../../ui/use-form";
import { PASSWORD_MAX } from "./limits";

type CurrentPasswordProps = {
  bind: (name: "current_password") => Bound;
  autoFocus?: boolean;
};

/**
 * The password of today, which the server asks for before it changes what one signs in with. Who has
 * none, and signs in by a provider, has to have done so a moment ago.
 */
export function CurrentPassword({ bind, autoFocus = false }: CurrentPasswordProps) {
  const hasPassword = useStore((state) => selectMe(state)?.has_password ?? true);
  if (!hasPassword) return <p className="text-13 text-ink-2">{t("settings.password_none")}</p>;
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
