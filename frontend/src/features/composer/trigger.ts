/** What a text asks for where the caret stands: a person's name, an emoji, somebody to whisper to. */

export type Trigger = {
  kind: "mention" | "emoji" | "whisper";
  query: string;
  /** The part of the text that a choice replaces. */
  from: number;
  to: number;
};

const NAME = String.raw`[\p{L}\p{N}\p{M}_.-]{0,32}`;
const MENTION = new RegExp(String.raw`(?:^|[\s(])@(${NAME})$`, "u");
/** From two letters on: a colon ends many sentences, and ":)" is no beginning of a name. */
const EMOJI = /(?:^|\s):([\p{L}\p{N}_+-]{2,32})$/u;
const WHISPER = new RegExp(String.raw`^/(?:w|pm)\s+@?(${NAME})$`, "u");

export function triggerAt(text: string, caret: number): Trigger | null {
  const before = text.slice(0, caret);
  const found =
    match("whisper", WHISPER, before) ??
    match("mention", MENTION, before) ??
    match("emoji", EMOJI, before);
  if (!found) return null;
  // The mark itself is replaced too; of a command the whole of it.
  const from = found.kind === "whisper" ? 0 : caret - found.query.length - 1;
  return { ...found, from, to: caret };
}

function match(kind: Trigger["kind"], pattern: RegExp, before: string) {
  const found = pattern.exec(before);
  return found && { kind, query: found[1] ?? "" };
}

/** `/w name` and `/pm name`, with what follows; null for everything else. */
export function whisperCommand(
  text: string,
): { name: string; body: string; isWhole: boolean } | null {
  const found = /^\/(?:w|pm)\s+@?(\S+)(\s?)([\s\S]*)$/u.exec(text);
  if (!found) return null;
  const [, name = "", space = "", body = ""] = found;
  return { name, body, isWhole: space !== "" };
}

/** The beginning of such a command: it is no text for the room, nor for a draft. */
export function isWhisperCommand(text: string): boolean {
  return /^\/(?:w|pm)(?:\s|$)/u.test(text);
}

/** A text with a part replaced, and where the caret stands then. */
export function replaced(text: string, from: number, to: number, by: string) {
  return { text: `${text.slice(0, from)}${by}${text.slice(to)}`, caret: from + by.length };
}
