import type { Message, RoomWindow, UserId, Whisper } from "../../realtime/types";

/**
 * While somebody reads above the tail, or the list is still moving, what arrives is only counted:
 * rows of others after `heldAfter` wait outside. One's own are always let in.
 */
export function visibleRows(rows: RoomWindow["rows"], heldAfter: number | null, viewerId: UserId) {
  if (heldAfter === null || (rows.at(-1)?.seq ?? 0) <= heldAfter) return rows;
  return rows.filter((message) => message.seq <= heldAfter || message.author.id === viewerId);
}

export function visibleWhispers(whispers: readonly Whisper[], heldAfter: number | null) {
  if (heldAfter === null) return whispers;
  return whispers.filter((whisper) => whisper.afterSeq <= heldAfter);
}

type Position = { isAtTail: boolean; isMoving: boolean; below: number; height: number };

/** Rows are held back farther than one screen above the tail, and anywhere above it while a finger or momentum moves it. */
export function shouldHold({ isAtTail, isMoving, below, height }: Position): boolean {
  return !isAtTail && (isMoving || below > height);
}

/** How many messages of others came after `seq`: what the pill and the unread bar say. */
export function countNewAfter(rows: readonly Message[], seq: number, viewerId: UserId): number {
  let count = 0;
  for (let index = rows.length - 1; index >= 0; index -= 1) {
    const message = rows[index];
    if (!message || message.seq <= seq) break;
    if (message.kind === "text" && message.author.id !== viewerId && !message.deleted_at)
      count += 1;
  }
  return count;
}
