import type { Room } from "../../api/types";
import { type Key, t } from "../../i18n";

export type RoomRowProps = { room: Room; isCurrent: boolean; draft: string };

type UnreadBadge = { count: number; tone: "quiet" | "accent"; prefix: string; label: Key };

/** What the badge of a room says: mentions and direct messages in blue, other unread in grey, nothing where muted. */
export function badgeOf(room: Room): UnreadBadge | null {
  if (!room.me || room.me.unread === 0) return null;
  const { unread, mentions, notify } = room.me;
  if (notify === "none" && mentions === 0) return null;
  if (room.kind === "direct")
    return { count: unread, tone: "accent", prefix: "", label: "rooms.unread" };
  if (mentions > 0)
    return { count: mentions, tone: "accent", prefix: "@", label: "rooms.mentions" };
  return { count: unread, tone: "quiet", prefix: "", label: "rooms.unread" };
}

export function badgeLabel(badge: UnreadBadge): string {
  return t(badge.label, { count: badge.count });
}

export function isMuted(room: Room): boolean {
  return room.me?.notify === "none";
}
