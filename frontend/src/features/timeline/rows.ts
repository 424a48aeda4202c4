/** Turns what is held of a room into the rows of its timeline. Pure: the clock and the calendar are parameters. */
import type { Message } from "../../api/types";
import type { Pending, RoomWindow, UserId, Whisper } from "../../realtime/types";

export type Row =
  /** The room's beginning: nothing is older. */
  | { kind: "begin"; key: string }
  | { kind: "day"; key: string; at: string }
  | { kind: "new"; key: string }
  | { kind: "message"; key: string; message: Message; isHead: boolean }
  /** What the room itself says: joined, left, removed, renamed. */
  | { kind: "note"; key: string; message: Message }
  | { kind: "pending"; key: string; pending: Pending; isHead: boolean }
  | { kind: "whisper"; key: string; whisper: Whisper };

/** A pause longer than this starts a new group of the same author. */
const GROUP_GAP_MS = 5 * 60_000;

type Input = Pick<RoomWindow, "rows" | "hasBefore" | "hasAfter" | "newAfter"> & {
  whispers: readonly Whisper[];
  outbox: readonly Pending[];
  viewerId: UserId;
  /** The local day of a moment, in any form that differs from day to day. */
  dayOf: (at: string) => string;
};

export function buildRows(input: Input): Row[] {
  const { rows, hasBefore, hasAfter, newAfter, whispers, outbox, viewerId, dayOf } = input;
  const out: Row[] = [];
  const first = rows[0]?.seq ?? 0;
  const waiting = whispers.filter((whisper) => !hasBefore || whisper.afterSeq >= first);
  let nextWhisper = 0;
  let day = "";
  let group: { authorId: UserId; at: number } | null = null;
  let lineDue = newAfter !== null && (!hasBefore || first <= newAfter);

  /** Puts the day line before the row where a day begins. */
  const openDay = (at: string) => {
    const today = dayOf(at);
    if (today === day) return;
    day = today;
    group = null;
    out.push({ kind: "day", key: `day:${today}`, at });
  };
  /** True when the row begins a group of its own. */
  const joinGroup = (authorId: UserId, at: number) => {
    const isHead: boolean = group?.authorId !== authorId || at - group.at > GROUP_GAP_MS;
    group = { authorId, at };
    return isHead;
  };
  const pushWhispers = (before: number) => {
    for (; nextWhisper < waiting.length; nextWhisper += 1) {
      const whisper = waiting[nextWhisper];
      if (!whisper || whisper.afterSeq >= before) return;
      openDay(whisper.sentAt);
      group = null;
      out.push({ kind: "whisper", key: `w:${whisper.id}`, whisper });
    }
  };

  if (!hasBefore) out.push({ kind: "begin", key: "begin" });
  for (const message of rows) {
    pushWhispers(message.seq);
    openDay(message.created_at);
    if (lineDue && message.seq > (newAfter ?? 0) && message.author.id !== viewerId) {
      lineDue = false;
      group = null;
      out.push({ kind: "new", key: "new" });
    }
    if (message.kind !== "text") {
      group = null;
      out.push({ kind: "note", key: `m:${message.id}`, message });
      continue;
    }
    const isHead = joinGroup(message.author.id, Date.parse(message.created_at));
    out.push({ kind: "message", key: keyOf(message), message, isHead });
  }
  if (hasAfter) return out;

  pushWhispers(Number.POSITIVE_INFINITY);
  for (const pending of outbox) {
    openDay(new Date(pending.createdAt).toISOString());
    const isHead = joinGroup(viewerId, pending.createdAt);
    out.push({ kind: "pending", key: `n:${pending.nonce}`, pending, isHead });
  }
  return out;
}

/** A message of one's own keeps the key of its echo, so that the row stays the same element when it is stored. */
function keyOf(message: Message): string {
  return message.nonce ? `n:${message.nonce}` : `m:${message.id}`;
}
