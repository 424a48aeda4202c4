/** What the contract says of the fields of these screens, in characters. */
export const EMAIL_MAX = 254;
export const PASSWORD_MIN = 8;
export const PASSWORD_MAX = 1024;
/** A recovery code with room for how people write it down. */
export const CODE_MAX = 64;
export const CODE_MIN = 6;

/** What the screen that verifies an address is told of it, where `login` is one. */
export function verifyState(login: string): { email: string } | null {
  const email = login.trim();
  return email.includes("@") ? { email } : null;
}
