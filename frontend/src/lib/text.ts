/** Small questions about texts, all by code points or by what a reader sees as one character. */

/** The limits of PROTOCOL section 5, in code points. */
export const BODY_MAX = 16_000;
export const WHISPER_MAX = 2_000;

/** How many code points a text has: what the server counts. */
export function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

/** Whether nothing would be left of a text but white space: the server refuses such a message. */
export function isBlank(text: string): boolean {
  return text.trim() === "";
}

/** What a message says on one line: its text, or where it has none, the names of its files. */
export function said({
  body,
  files,
}: {
  body: string | null;
  files?: readonly { name: string }[];
}) {
  return body || (files ?? []).map(({ name }) => `📎 ${name}`).join(" ");
}

/** The beginning of a text on one line, at most `max` characters as a reader counts them. */
export function excerpt(text: string, max = 120): string {
  const line = text.replace(/\s+/gu, " ").trim();
  const characters = graphemes(line, max + 1);
  if (characters.length <= max) return line;
  return `${characters.slice(0, max).join("").trimEnd()}…`;
}

/** A message of one to three emoji and nothing else: it is shown large. */
export function isEmojiOnly(text: string): boolean {
  const bare = text.replace(/\s+/gu, "");
  if (bare === "" || bare.length > 60) return false;
  const characters = graphemes(bare, 4);
  return characters.length <= 3 && characters.every((character) => EMOJI.test(character));
}

/** The first characters of a name's first and last word: "Ines Duarte" is "ID". */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/u).filter(Boolean);
  const first = graphemes(words[0] ?? "?", 1)[0] ?? "?";
  const last = words.length > 1 ? (graphemes(words.at(-1) ?? "", 1)[0] ?? "") : "";
  return `${first}${last}`.toLocaleUpperCase();
}

/** Whether a text mentions this person as `@username`, in any case, as a word of its own. */
export function mentions(text: string, username: string): boolean {
  // Asked of every row whenever what is unread is counted: most have no such sign at all.
  if (!text.includes("@")) return false;
  const wanted = username.toLocaleLowerCase();
  for (const match of text.matchAll(MENTION)) {
    if (trimMention(match[1] ?? "").toLocaleLowerCase() === wanted) return true;
  }
  return false;
}

/** `@username`, not inside a word or an address; the name may end in a sentence's full stop. */
export const MENTION = /(?<![\p{L}\p{N}_@.])@([\p{L}\p{N}\p{M}_][\p{L}\p{N}\p{M}_.-]{1,31})/gu;

/** A name without the punctuation of the sentence it ends. */
export function trimMention(name: string): string {
  return name.replace(/[.-]+$/u, "");
}

/** A keycap, a flag, or pictographs with their modifiers and joiners. */
const EMOJI =
  /^(?:[#*0-9]\uFE0F?\u20E3|\p{Regional_Indicator}{2}|(?:\p{Extended_Pictographic}(?:\uFE0F|\p{Emoji_Modifier})?[\u{E0020}-\u{E007F}]*(?:\u200D(?=.))?)+)$/u;

const segmenter =
  typeof Intl !== "undefined" && "Segmenter" in Intl
    ? new Intl.Segmenter(undefined, { granularity: "grapheme" })
    : null;

/** The first `max` characters as a reader counts them. */
function graphemes(text: string, max: number): string[] {
  if (!segmenter) return [...text].slice(0, max);
  const found: string[] = [];
  for (const { segment } of segmenter.segment(text)) {
    if (found.length >= max) break;
    found.push(segment);
  }
  return found;
}
