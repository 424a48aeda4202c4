import type { Key } from "../../i18n";

const USERNAME_MIN = 2;
const USERNAME_MAX = 32;

/** Scripts that names are written in here; a name keeps to one, so that none can be forged with look-alike letters. */
const SCRIPTS = [
  "Latin",
  "Cyrillic",
  "Greek",
  "Armenian",
  "Georgian",
  "Hebrew",
  "Arabic",
  "Thai",
  "Hangul",
  "Han",
].map((script) => new RegExp(`\\p{Script=${script}}`, "u"));

/**
 * What is wrong with the shape of a username, as a text key; null when the server may be asked.
 * The server alone decides; this answers while the person still types.
 */
export function usernameProblem(value: string): Key | null {
  const length = [...value].length;
  if (length < USERNAME_MIN) return "auth.username_short";
  if (length > USERNAME_MAX) return "auth.username_long";
  if (!/^[\p{L}\p{M}\p{Nd}_.-]+$/u.test(value)) return "auth.username_characters";
  if (SCRIPTS.filter((script) => script.test(value)).length > 1) return "auth.username_scripts";
  return null;
}
