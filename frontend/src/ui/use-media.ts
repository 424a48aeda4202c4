import { useSyncExternalStore } from "react";

/** Below this, one screen at a time. */
export const PHONE = "(width < 48rem)";
/** From here on there is room for the members beside the timeline. */
export const WIDE = "(width >= 64rem)";

/** Whether a media query holds; renders again when that changes. */
export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (changed) => {
      const list = matchMedia(query);
      list.addEventListener("change", changed);
      return () => list.removeEventListener("change", changed);
    },
    () => matchMedia(query).matches,
    () => false,
  );
}
