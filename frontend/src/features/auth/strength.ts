/**
 * How hard a password is to guess, as far as can be told without a dictionary: for the bar beside a
 * field, while one types. The server alone decides, and knows more; this is careful not to praise
 * what it would refuse. Pure.
 */
export const LEVELS = ["weak", "fair", "good", "strong"] as const;
type Level = (typeof LEVELS)[number];

/** Bits from which on a password is at least fair, good, strong. */
const BITS = [24, 38, 56] as const;
/** What a piece is worth that everybody tries first: a word of these, or of the person's own. */
const PIECE_BITS = 5;
const COMMON =
  /pass(?:word|wort)|welcome|letmein|admin|login|parlor|chat|hello|iloveyou|monkey|dragon|master|secret|пароль|привет|любовь|\d{4}$/giu;
/** Rows of keys, and of what comes one after the other. */
const ROWS = [
  "abcdefghijklmnopqrstuvwxyz",
  "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
  "01234567890",
  "qwertyuiop",
  "asdfghjkl",
  "zxcvbnm",
  "йцукенгшщзхъ",
  "фывапролджэ",
  "ячсмитьбю",
];

/** `words`: what is easily known of the person, such as the name. */
export function strengthOf(password: string, words: readonly string[] = []): Level {
  const bits = bitsOf(password, words);
  return LEVELS[BITS.filter((least) => bits >= least).length] ?? "strong";
}

function bitsOf(password: string, words: readonly string[]): number {
  let rest = password.toLowerCase();
  let bits = 0;
  const take = (piece: string | RegExp) => {
    rest = rest.replaceAll(piece, () => {
      bits += PIECE_BITS;
      return "";
    });
  };
  for (const word of words) if (word.length > 2) take(word.toLowerCase());
  take(COMMON);
  const pool = poolOf(password);
  let before = "";
  for (const character of rest) {
    bits += isNext(before, character) ? 1 : Math.log2(pool);
    before = character;
  }
  return bits;
}

/** Whether a character repeats or goes on from the one before, on a keyboard or in the alphabet. */
function isNext(before: string, character: string): boolean {
  if (before === "") return false;
  if (before === character) return true;
  return ROWS.some((row) => row.includes(before + character) || row.includes(character + before));
}

/** From how many characters each one was chosen. Case counts little: most begin with a capital. */
function poolOf(password: string): number {
  const has = (pattern: RegExp) => pattern.test(password);
  return (
    2 +
    (has(/[a-z]/i) ? 24 : 0) +
    (has(/.\p{Lu}/u) && has(/\p{Ll}/u) ? 10 : 0) +
    (has(/\d/) ? 8 : 0) +
    (has(/[^\p{L}\d]/u) ? 12 : 0) +
    (has(/[^\p{ASCII}]/u) ? 30 : 0)
  );
}
