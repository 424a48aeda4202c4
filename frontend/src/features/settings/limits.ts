import { t } from "../../i18n";
import type { Blame } from "../../ui/form-errors";

/** What the contract says of the fields of these screens, in characters. */
export const EMAIL_MAX = 254;
export const PASSWORD_MIN = 8;
export const PASSWORD_MAX = 1024;

/** The server says "the name or the password"; here it can only be the password. */
export function wrongPassword(): Blame {
  return { bad_credentials: { field: "current_password", text: t("settings.password_wrong") } };
}
