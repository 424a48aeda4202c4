import type { KeyboardEvent } from "react";

/** On the log while what has the focus in it was pressed with the pointer, and not reached by keys. */
export const PRESSED = "data-pressed";

/** The row that had the focus last. */
let lastKey: string | null = null;

/** With null nothing changes: the focus is in no row, and comes back to that one. */
export function rememberRow(key: string | null) {
  lastKey = key ?? lastKey;
}

/** The arrows begin with what can be seen again. */
export function forgetRow() {
  lastKey = null;
}

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
  const next = nextRow(event.key, at, rows.length, () => entry(log, rows));
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

/** Where the arrows enter the log: at the row that was left, else at the lowest one that is seen. */
function entry(log: HTMLElement, rows: HTMLElement[]): number {
  const left = rows.findIndex((row) => row.dataset.row === lastKey);
  if (left !== -1) return left;
  const edge = log.getBoundingClientRect().bottom;
  return rows.findLastIndex((row) => {
    const { top, bottom } = row.getBoundingClientRect();
    return (top + bottom) / 2 <= edge;
  });
}

/**
 * The row that a key leads to from row `at` (-1: the log itself has the focus, and the arrows lead to
 * `entry`); null when the key means nothing.
 */
export function nextRow(
  key: string,
  at: number,
  count: number,
  entry: () => number,
): number | null {
  if (count === 0) return null;
  switch (key) {
    case "ArrowUp":
      return at === -1 ? entry() : Math.max(0, at - 1);
    case "ArrowDown":
      return at === -1 ? entry() : Math.min(count - 1, at + 1);
    case "Home":
      return 0;
    case "End":
      return count - 1;
    default:
      return null;
  }
}
