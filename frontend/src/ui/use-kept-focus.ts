import { type RefObject, useEffect } from "react";

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
    // Where the focus is elsewhere, nothing that goes away here takes it along.
    const remember = ({ target }: FocusEvent) => {
      last = target instanceof Element && element.contains(target) ? target : null;
    };
    const observer = new MutationObserver(() => {
      if (!last || last.isConnected) return;
      last = null;
      if (document.activeElement === document.body) fallback.current?.focus();
    });
    document.addEventListener("focusin", remember);
    observer.observe(element, { childList: true, subtree: true });
    return () => {
      observer.disconnect();
      document.removeEventListener("focusin", remember);
    };
  }, [container, fallback]);
}
