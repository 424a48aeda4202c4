import { useEffect } from "react";
import { isComposing } from "../lib/platform";
import { focusComposer } from "./view";

/** A letter typed where it means nothing goes into the composer: the focus moves before the browser inserts it. */
export function useTypeAnywhere() {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || isComposing(event)) return;
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key.length !== 1 || event.key === " ") return;
      if (!(event.target instanceof Element) || event.target.closest(OWN_KEYS)) return;
      focusComposer();
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, []);
}

/** Places where letters have a meaning of their own. */
const OWN_KEYS =
  "input, textarea, select, [contenteditable], [role='log']:not([data-pressed]), [role='menu'], dialog";
