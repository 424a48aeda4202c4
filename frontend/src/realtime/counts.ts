/**
 * What is unread in a room. The server counts; the client carries its counts on from event to
 * event, and where the window shows everything after the read pointer it counts the rows, which is
 * exact whatever came in which order.
 */
import type { Me, Membership, Message, Room } from "../api/types";
import { mentions } from "../lib/text";
import type { RoomWindow } from "./types";

/** Whether a message counts as unread for `me`: a text by somebody else that is still there. */
export function counts(message: Message, me: Me): boolean {
  return message.kind === "text" && message.author.id !== me.id && message.deleted_at === null;
}

function mentionsMe(message: Message, me: Me): boolean {
  return counts(message, me) && mentions(message.body ?? "", me.username);
}

/**
 * The room after changes that were applied in order: its head and its counts. Changes up to the
 * head that the server gave with the room are in its counts already.
 */
export function withChanges(room: Room, applied: readonly Message[], me: Me): Room {
  const fresh = applied.filter((message) => message.rev > room.head);
  if (fresh.length === 0) return room;
  const head = Math.max(room.head, ...fresh.map((message) => message.rev));
  const members_count =
    room.members_count +
    fresh.reduce((sum, message) => (message.seq > room.head ? sum + moved(message) : sum), 0);
  if (!room.me) return { ...room, head, members_count };
  let { unread, mentions: mentioned } = room.me;
  for (const message of fresh) {
    if (message.seq <= room.me.last_read_seq) continue;
    const isNew = message.seq > room.head;
    if (isNew && counts(message, me)) {
      unread += 1;
      if (mentionsMe(message, me)) mentioned += 1;
    } else if (!isNew && message.deleted_at && counts({ ...message, deleted_at: null }, me)) {
      unread = Math.max(0, unread - 1);
    }
  }
  const membership = { ...room.me, unread, mentions: Math.min(mentioned, unread) };
  return { ...room, head, members_count, me: membership };
}

/** How many members more there are with this note. */
function moved({ kind }: Message): number {
  if (kind === "joined") return 1;
  return kind === "left" || kind === "removed" ? -1 : 0;
}

/** The room with its counts taken from the window, where that shows all that may be unread. */
export function recounted(room: Room, window: RoomWindow | undefined, me: Me): Room {
  if (!room.me || !window?.isLoaded || window.hasAfter || window.isCached) return room;
  if (window.rev < room.head) return room;
  const { last_read_seq: lastRead } = room.me;
  const first = window.rows[0];
  if (window.hasBefore && (!first || first.seq > lastRead + 1)) return room;
  let unread = 0;
  let mentioned = 0;
  for (let at = window.rows.length - 1; at >= 0; at -= 1) {
    const message = window.rows[at];
    if (!message || message.seq <= lastRead) break;
    if (counts(message, me)) unread += 1;
    if (mentionsMe(message, me)) mentioned += 1;
  }
  return withMembership(room, { unread, mentions: mentioned });
}

/** The room with the read pointer moved forward, never back. */
export function withRead(room: Room, seq: number): Room {
  if (!room.me || seq <= room.me.last_read_seq) return room;
  const all = seq >= room.head;
  return withMembership(room, {
    last_read_seq: seq,
    ...(all ? { unread: 0, mentions: 0 } : {}),
  });
}

/** The same room while nothing of the membership changes. */
export function withMembership(room: Room, patch: Partial<Membership>): Room {
  if (!room.me) return room;
  const me = { ...room.me, ...patch };
  const same = (Object.keys(patch) as (keyof Membership)[]).every(
    (key) => room.me?.[key] === me[key],
  );
  return same ? room : { ...room, me };
}
