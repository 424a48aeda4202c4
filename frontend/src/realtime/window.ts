/**
 * One room's window: consecutive messages and how far they are up to date. All functions are pure.
 *
 * Two things are kept apart. *Rows* are merged by id, the higher `rev` winning, from wherever they
 * come. `rev` says that every change up to it was applied, and only changes in order move it: a
 * page of history or the reply of a command may bring newer rows, but never a higher `rev`.
 */
import type { History, Message, Sync } from "../api/types";
import { EARLY_MAX, type RoomWindow, WINDOW_ROWS_MAX } from "./types";

export interface Step {
  window: RoomWindow;
  /** What was applied in order, for counting: changes up to the new `rev`. */
  applied: readonly Message[];
  /** Something before what came is missing: ask `sync` after this `rev`. */
  syncAfter: number | null;
}

/** Applies one live change. */
export function applyChange(window: RoomWindow, message: Message): Step {
  if (!window.isLoaded) return { window: wait(window, message), applied: [], syncAfter: null };
  if (message.rev <= window.rev) {
    return { window: replaceRow(window, message), applied: [], syncAfter: null };
  }
  if (message.rev > window.rev + 1) {
    return { window: wait(window, message), applied: [], syncAfter: window.rev };
  }
  return drain(mergeRow({ ...window, rev: message.rev }, message), [message]);
}

/** Applies `(from, to]`: the answer to a gap, or what the server sends after `hello`. */
export function applySync(window: RoomWindow, sync: Omit<Sync, "room_id">): Step {
  if (sync.reset) return resetTo(window, sync.messages, sync.to);
  if (!window.isLoaded) return { window, applied: [], syncAfter: null };
  if (sync.from > window.rev) return { window, applied: [], syncAfter: window.rev };
  const applied = sync.messages.filter((message) => message.rev > window.rev);
  // New rows must come in the order of their birth, or a full window would keep others of them.
  const merged = [...sync.messages]
    .sort(bySeq)
    .reduce(mergeRow, { ...window, rev: Math.max(window.rev, sync.to) });
  return drain(merged, applied);
}

/** Puts the newest page in the place of whatever was held. */
export function resetTo(window: RoomWindow, messages: readonly Message[], rev: number): Step {
  const rows = [...messages].sort(bySeq);
  const next: RoomWindow = {
    ...window,
    rows,
    rev,
    // A room begins at 1; where it does not (nothing older may be seen), the next load says so.
    hasBefore: (rows[0]?.seq ?? 1) > 1,
    hasAfter: false,
    isLoaded: true,
    isCached: false,
    failed: null,
    early: window.early.filter((message) => message.rev > rev),
  };
  return drain(next, []);
}

export type Direction = "before" | "after" | "whole";

/**
 * Puts a page of history in. `anchor` is the `seq` it was asked for by: when the window has moved
 * on since, the page is dropped. A page that is older than what was applied already may lack
 * changes to its rows, so those are asked for.
 */
export function applyPage(
  window: RoomWindow,
  direction: Direction,
  page: History,
  anchor: number | null,
): Step {
  const loading = { ...window.loading, [direction]: false };
  const stale: Step = { window: { ...window, loading }, applied: [], syncAfter: null };
  const items = [...page.items].sort(bySeq);
  const rev = window.isLoaded ? window.rev : page.head;
  let next: RoomWindow = { ...window, loading, failed: null, isLoaded: true, rev };
  if (direction === "whole") {
    next = { ...next, rows: items, hasBefore: page.has_before, hasAfter: page.has_after };
    next = { ...next, isCached: false, atTail: !page.has_after };
  } else if (direction === "before") {
    if (window.rows[0]?.seq !== anchor) return stale;
    const older = items.filter((message) => anchor === null || message.seq < anchor);
    next = trimEnd({ ...next, rows: [...older, ...next.rows], hasBefore: page.has_before });
  } else {
    if (window.rows.at(-1)?.seq !== anchor) return stale;
    const newer = items.filter((message) => anchor === null || message.seq > anchor);
    next = trimStart({ ...next, rows: [...next.rows, ...newer], hasAfter: page.has_after });
  }
  const step = drain(next, []);
  return page.head < step.window.rev ? { ...step, syncAfter: page.head } : step;
}

/** Merges a row by id, or puts it where it belongs if it is within what the window covers. */
export function mergeRow(window: RoomWindow, message: Message): RoomWindow {
  const { rows } = window;
  const at = positionOf(rows, message.seq);
  if (rows[at]?.id === message.id) return replaceRow(window, message);
  const first = rows[0];
  const last = rows.at(-1);
  if (!last || !first) return window.hasAfter ? window : { ...window, rows: [message] };
  if (message.seq < first.seq && window.hasBefore) return withReplies(window, message);
  if (message.seq > last.seq) {
    if (window.hasAfter) return withReplies(window, message);
    if (!window.atTail && rows.length >= WINDOW_ROWS_MAX) return { ...window, hasAfter: true };
    return trimStart({ ...window, rows: [...rows, message] });
  }
  // Born earlier than rows that are here: a sync in pages left it out, since it changed later.
  const next = { ...window, rows: [...rows.slice(0, at), message, ...rows.slice(at)] };
  return withReplies(window.atTail ? trimStart(next) : trimEnd(next), message);
}

/** The window's row in its newer form; the same window when it is not held or not older. */
function replaceRow(window: RoomWindow, message: Message): RoomWindow {
  const at = positionOf(window.rows, message.seq);
  const held = window.rows[at];
  if (!held || held.id !== message.id || held.rev > message.rev) return window;
  // A page that was older than this row may have brought answers to it meanwhile.
  if (held.rev === message.rev) return withReplies(window, held);
  const rows = [...window.rows];
  rows[at] = {
    ...message,
    // Pages and other people's changes come without the nonce; the row's key must not change.
    nonce: message.nonce ?? held.nonce,
    // What it answers has its own changes, which a late event of this row knows nothing of.
    reply_to: held.reply_to,
  };
  return withReplies({ ...window, rows }, message);
}

const EXCERPT_POINTS = 120;

/** Rows that answer `message` show its beginning: they follow its edits and its deletion. */
function withReplies(window: RoomWindow, message: Message): RoomWindow {
  if (!message.deleted_at && !message.edited_at) return window;
  if (!window.rows.some((row) => row.reply_to?.id === message.id)) return window;
  const excerpt = [...(message.body ?? "")].slice(0, EXCERPT_POINTS).join("");
  const rows = window.rows.map((row) =>
    row.reply_to?.id === message.id && row.reply_to.excerpt !== excerpt
      ? { ...row, reply_to: { ...row.reply_to, excerpt } }
      : row,
  );
  return { ...window, rows };
}

/** Keeps a change for when the ones before it are there. Too many are dropped: `sync` has them. */
function wait(window: RoomWindow, message: Message): RoomWindow {
  if (window.early.some((other) => other.rev === message.rev)) return window;
  if (window.early.length >= EARLY_MAX) return { ...window, early: [message] };
  return { ...window, early: [...window.early, message].sort((a, b) => a.rev - b.rev) };
}

/** Applies the waiting changes that are next by now. */
function drain(window: RoomWindow, applied: readonly Message[]): Step {
  if (window.early.length === 0) return { window, applied, syncAfter: null };
  let next = window;
  const done = [...applied];
  const early: Message[] = [];
  for (const message of window.early) {
    // Overtaken: the sync that moved `rev` brought the message in its present form, or will.
    if (message.rev <= next.rev) continue;
    if (message.rev === next.rev + 1) {
      next = mergeRow({ ...next, rev: message.rev }, message);
      done.push(message);
    } else early.push(message);
  }
  const syncAfter = early.length > 0 ? next.rev : null;
  return { window: { ...next, early }, applied: done, syncAfter };
}

function trimStart(window: RoomWindow): RoomWindow {
  const surplus = window.rows.length - WINDOW_ROWS_MAX;
  if (surplus <= 0) return window;
  return { ...window, rows: window.rows.slice(surplus), hasBefore: true };
}

function trimEnd(window: RoomWindow): RoomWindow {
  if (window.rows.length <= WINDOW_ROWS_MAX) return window;
  return { ...window, rows: window.rows.slice(0, WINDOW_ROWS_MAX), hasAfter: true };
}

/** Where a `seq` stands in the rows, or would stand. */
export function positionOf(rows: readonly Message[], seq: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rows[middle]?.seq ?? 0) < seq) low = middle + 1;
    else high = middle;
  }
  return low;
}

function bySeq(a: Message, b: Message): number {
  return a.seq - b.seq;
}
