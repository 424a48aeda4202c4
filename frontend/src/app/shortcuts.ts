import { useEffect, useRef } from "react";
import { isApple, isComposing } from "../lib/platform";

/**
 * The keys of the client. A shortcut is matched by the place of the key (`event.code`), never by its letter:
 * on a Cyrillic layout Ctrl+K types "л".
 */
type Combo = {
  code: string;
  /** Ctrl, or ⌘ on a Mac. */
  mod?: boolean;
  alt?: boolean;
  /** Undefined: with or without. */
  shift?: boolean;
};

type KeyLike = Pick<
  KeyboardEvent,
  "code" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey" | "isComposing" | "keyCode"
>;

export function matches(event: KeyLike, combo: Combo, apple: boolean): boolean {
  if (isComposing(event) || event.code !== combo.code) return false;
  const mod = apple ? event.metaKey : event.ctrlKey;
  const otherMod = apple ? event.ctrlKey : event.metaKey;
  return (
    mod === Boolean(combo.mod) &&
    !otherMod &&
    event.altKey === Boolean(combo.alt) &&
    (combo.shift === undefined || event.shiftKey === combo.shift)
  );
}

/** Answers false to pass the key on. */
// biome-ignore lint/suspicious/noConfusingVoidType: most handlers have nothing to answer
type Handler = (event: KeyboardEvent) => boolean | void;
type Entry = { combo: Combo; handler: { current: Handler } };

const entries = new Set<Entry>();

function onKeyDown(event: KeyboardEvent) {
  if (event.defaultPrevented) return;
  // The latest mounted is asked first: what lies on top answers before what lies under it.
  for (const { combo, handler } of [...entries].reverse()) {
    if (matches(event, combo, isApple) && handler.current(event) !== false) {
      event.preventDefault();
      return;
    }
  }
}

/** Runs `handler` on the keys while mounted. A handler that returns false passes the key on. */
export function useShortcut(combo: Combo, handler: Handler) {
  const latest = useRef(handler);
  latest.current = handler;
  const { code, mod, alt, shift } = combo;
  useEffect(() => {
    const entry: Entry = { combo: { code, mod, alt, shift } as Combo, handler: latest };
    if (entries.size === 0) window.addEventListener("keydown", onKeyDown);
    entries.add(entry);
    return () => {
      entries.delete(entry);
      if (entries.size === 0) window.removeEventListener("keydown", onKeyDown);
    };
  }, [code, mod, alt, shift]);
}
