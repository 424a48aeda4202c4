import { isComposing } from "../../lib/platform";

type Key = Pick<
  KeyboardEvent,
  "key" | "shiftKey" | "altKey" | "ctrlKey" | "metaKey" | "isComposing" | "keyCode"
>;

/**
 * Whether this key press sends. Enter does, with or without Ctrl; with Shift or Alt it makes a line, and on a touch
 * screen always. While an input method composes a word, Enter belongs to it.
 */
export function isSendKey(event: Key, isTouch: boolean): boolean {
  if (event.key !== "Enter" || isComposing(event) || event.shiftKey || event.altKey) return false;
  return !isTouch || event.ctrlKey || event.metaKey;
}

/** Puts `mark` around the selection: what the code button does. Several lines become a block. */
export function wrapCode(
  text: string,
  start: number,
  end: number,
): { text: string; start: number; end: number } {
  const selected = text.slice(start, end);
  const isBlock = selected.includes("\n");
  const open = isBlock ? "```\n" : "`";
  const close = isBlock ? "\n```" : "`";
  return {
    text: `${text.slice(0, start)}${open}${selected}${close}${text.slice(end)}`,
    start: start + open.length,
    end: end + open.length,
  };
}
