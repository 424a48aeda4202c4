import type { KeyboardEvent } from "react";

/**
 * Arrows, Home and End walk through the rows of the log. Keys inside a row (a link, a button) are the row's own,
 * except that the arrows move on from there as well.
 */
export function onLogKey(event: KeyboardEvent<HTMLElement>) {
  if (isInField(event.target)) return;
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  const log = event.currentTarget;
  const rows = [...log.querySelectorAll<HTMLElement>("[data-row]")];
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  const next = nextRow(event.key, at, rows.length);
  const row = next === null ? undefined : rows[next];
  if (!row) return;
  event.preventDefault();
  row.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

/** A text that is being edited has every key for itself. */
export function isInField(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("textarea, input") !== null;
}

/** The row that a key leads to from row `at` (-1: the log itself has the focus); null when the key means nothing. */
export function nextRow(key: string, at: number, count: number): number | null {
  if (count === 0) return null;
  switch (key) {
    case "ArrowUp":
      return at === -1 ? count - 1 : Math.max(0, at - 1);
    case "ArrowDown":
      return at === -1 ? count - 1 : Math.min(count - 1, at + 1);
    case "Home":
      return 0;
    case "End":
      return count - 1;
    default:
      return null;
  }
}
