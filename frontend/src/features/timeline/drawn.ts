/**
 * Which of the rows that are held are in the page: all from some `seq` on. A row that nobody can see costs as much to
 * draw as one that is seen, so a room begins with a screen of them; more come as the reader gets near the first, a few
 * in a frame; and of a flood only as many are drawn as stay on the screen.
 */
import type { Message } from "../../api/types";
import { positionOf } from "../../realtime/window";

type Rows = readonly Message[];

/** Rows are hardly ever lower than this. */
const ROW_PX = 26;
/** How many come at a time. */
const MORE = 12;
/** So many screens are kept at the tail before the oldest of them go. */
const SCREENS_MAX = 5;

/** How many rows fill a screen of this height. */
export function screenful(height: number): number {
  return Math.max(MORE, Math.ceil(height / ROW_PX));
}

type Reader = {
  /** The newest that was drawn before. */
  seen: number;
  isTail: boolean;
  /** How many rows fill the screen. */
  screen: number;
  /** The first that must stay, whatever comes: it has the focus, or is being edited. */
  kept: number | null;
};

/** From where on rows are drawn after some came or went; null: all. */
export function follow(from: number | null, rows: Rows, reader: Reader): number | null {
  const next = wanted(from, rows, reader);
  return next !== null && reader.kept !== null && reader.kept < next
    ? reach(reader.kept, rows)
    : next;
}

function wanted(from: number | null, rows: Rows, { seen, isTail, screen }: Reader): number | null {
  if (isTail && countFrom(rows, seen + 1) > screen) return lastOf(rows, screen);
  if (isTail && countFrom(rows, from ?? 0) > SCREENS_MAX * screen) return lastOf(rows, 2 * screen);
  return from !== null && from > (rows[0]?.seq ?? 0) ? from : null;
}

/** Enough rows that the one at `seq` is among them, with some before it. */
export function reach(seq: number, rows: Rows): number | null {
  const at = positionOf(rows, seq) - MORE;
  return at > 0 ? (rows[at]?.seq ?? null) : null;
}

/** The rows from `from` on. */
export function drawnRows(rows: Rows, from: number | null): Rows {
  return from === null ? rows : rows.slice(positionOf(rows, from));
}

function countFrom(rows: Rows, seq: number): number {
  return rows.length - positionOf(rows, seq);
}

function lastOf(rows: Rows, count: number): number | null {
  return rows.length > count ? (rows[rows.length - count]?.seq ?? null) : null;
}
