import {
  type FocusEvent,
  type PointerEvent,
  type RefObject,
  useCallback,
  useEffect,
  useMemo,
  useState,
} from "react";
import { useTalk } from "../../app/talk";
import type { Message } from "../../realtime/types";
import { PRESSED, rememberRow } from "./log-keys";

/**
 * Which row shows its toolbar: the one under the pointer, else the one with the focus of the keyboard. While a menu or
 * the emoji hang on a row it stays that one. Only two rows render when it changes.
 */
export function useActiveRow(scroller: RefObject<HTMLElement | null>) {
  const [pointed, setPointed] = useState<string | null>(null);
  const [focused, setFocused] = useState<string | null>(null);
  const held = useTalk((talk) => (talk.panel ? keyAt(talk.panel.anchor) : null));

  const onPointerOver = useCallback((event: PointerEvent) => {
    if (event.pointerType !== "touch") setPointed(keyAt(event.target));
  }, []);
  const onPointerLeave = useCallback(() => setPointed(null), []);
  const onFocus = useCallback((event: FocusEvent) => {
    // A press with the mouse or a finger focuses the row too: it has the pointer, or the long press.
    const isByKeys = event.target instanceof Element && event.target.matches(":focus-visible");
    setFocused(isByKeys ? keyAt(event.target) : null);
    rememberRow(keyAt(event.target));
    if (isByKeys) event.currentTarget.removeAttribute(PRESSED);
  }, []);
  const onBlur = useCallback(
    (event: FocusEvent) => {
      const next = event.relatedTarget;
      if (!(next instanceof Node && scroller.current?.contains(next))) setFocused(null);
    },
    [scroller],
  );

  // A window that loses the pointer gets no leave.
  useEffect(() => {
    window.addEventListener("blur", onPointerLeave);
    return () => window.removeEventListener("blur", onPointerLeave);
  }, [onPointerLeave]);

  const handlers = useMemo(
    () => ({ onPointerOver, onPointerLeave, onFocus, onBlur }),
    [onPointerOver, onPointerLeave, onFocus, onBlur],
  );
  return { active: held ?? pointed ?? focused, handlers };
}

/** The key of the row that something is in. */
function keyAt(target: EventTarget | null): string | null {
  const row = target instanceof Element ? target.closest<HTMLElement>("[data-row]") : null;
  return row?.dataset.row ?? null;
}

export function rowOf(message: Message): HTMLElement | null {
  return document.querySelector(`[data-row][data-seq="${message.seq}"]`);
}

/** Gives a row the focus, so that the arrows go on from there. */
export function focusRow(row: HTMLElement | null) {
  row?.focus({ preventScroll: true });
}
