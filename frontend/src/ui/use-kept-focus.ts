import { type RefObject, useEffect } from "react";

/** The next step, and a dialog that closes, take the focus after the next paint. */
const OTHERS_FIRST_MS = 150;

/**
 * Gives the focus to `fallback` when what had it in `container` goes away (a row that was deleted, a
 * step that is over) and nothing else takes it: who works by keys then stays where they were.
 */
export function useKeptFocus(
  container: RefObject<HTMLElement | null>,
  fallback: RefObject<HTMLElement | null>,
) {
  useEffect(() => {
    const element = container.current;
    if (!element) return;
    let last: Element | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    // Where the focus is elsewhere, nothing that goes away here takes it along.
    const remember = ({ target }: FocusEvent) => {
      last = target instanceof Element && element.contains(target) ? target : null;
    };
    const observer = new MutationObserver(() => {
      if (!last || last.isConnected) return;
      last = null;
      clearTimeout(timer);
      timer = setTimeout(() => {
        if (document.activeElement === document.body) fallback.current?.focus();
      }, OTHERS_FIRST_MS);
    });
    document.addEventListener("focusin", remember);
    observer.observe(element, { childList: true, subtree: true });
    return () => {
      clearTimeout(timer);
      observer.disconnect();
      document.removeEventListener("focusin", remember);
    };
  }, [container, fallback]);
}
