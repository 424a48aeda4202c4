/** What kind of machine this is, as far as keys and fingers are concerned. */

const agent = typeof navigator === "undefined" ? "" : navigator.userAgent;

/** Keys are ⌘ and ⌥ there, not Ctrl and Alt. iPadOS calls itself a Macintosh, which is right here. */
export const isApple = /Mac|iPhone|iPad|iPod/.test(agent);

/** The pointer is a finger: Enter makes a line, menus come as sheets. May change on hybrids. */
export function isTouch(): boolean {
  return (
    typeof matchMedia === "function" && matchMedia("(hover: none) and (pointer: coarse)").matches
  );
}

/** The modifier of shortcuts: ⌘ on Apple's, Ctrl elsewhere. */
export function isModKey(event: { ctrlKey: boolean; metaKey: boolean }): boolean {
  return isApple ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey;
}

/**
 * Whether a key press belongs to an input method that is composing a word: Enter chooses then,
 * it does not send. Safari ends the composition before the key press, hence the 229.
 */
export function isComposing(event: { isComposing?: boolean; keyCode?: number }): boolean {
  return event.isComposing === true || event.keyCode === 229;
}

/** The names of the keys of a shortcut as this machine's keyboard has them. */
export function keyNames(shortcut: string): string[] {
  return shortcut.split("+").map((key) => {
    if (key === "Mod") return isApple ? "⌘" : "Ctrl";
    if (key === "Alt") return isApple ? "⌥" : "Alt";
    if (key === "Shift") return isApple ? "⇧" : "Shift";
    return key;
  });
}
