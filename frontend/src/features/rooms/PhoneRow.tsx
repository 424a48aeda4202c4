import { BellOff } from "lucide-react";
import { Link } from "wouter";
import type { Message, Room } from "../../api/types";
import { t } from "../../i18n";
import { cx } from "../../lib/cx";
import { plainText } from "../../lib/markdown/render";
import { excerpt, said } from "../../lib/text";
import { shortTime } from "../../lib/time";
import { usePresence } from "../../realtime/presence";
import { selectMe } from "../../realtime/selectors";
import { useStore } from "../../realtime/store";
import { Avatar } from "../../ui/avatar";
import { Badge } from "../../ui/badge";
import { RoomIcon } from "../../ui/room-icon";
import { roomName, roomPath } from "../../ui/room-name";
import { badgeLabel, badgeOf, isMuted, type RoomRowProps } from "./use-room-row";

/** One room on a phone, 64 px: the last line said in it, and when. */
export function PhoneRow({ room, draft }: RoomRowProps) {
  const presence = usePresence(room.peer);
  const latest = useStore((state) => state.latest[room.id]);
  const meId = useStore((state) => selectMe(state)?.id);
  const isHidden = useStore((state) => latest !== undefined && state.blocked[latest.author.id]);
  const badge = badgeOf(room);
  return (
    <Link
      href={roomPath(room.id)}
      className="flex h-16 items-center gap-3 rounded-input px-2 hover:bg-hover focus-visible:-outline-offset-2"
    >
      {room.peer ? (
        <Avatar
          userId={room.peer.id}
          name={room.peer.display_name}
          url={room.peer.avatar_url}
          size={44}
          presence={presence}
          ground="app"
        />
      ) : (
        <span className="flex size-11 shrink-0 items-center justify-center rounded-panel bg-hover text-ink-2">
          <RoomIcon room={room} className="size-5" />
        </span>
      )}
      <span className="min-w-0 flex-1">
        <span className="flex items-baseline gap-2">
          <span dir="auto" className="min-w-0 flex-1 truncate text-15 font-semibold tracking-name">
            {roomName(room)}
          </span>
          {latest && (
            <time
              dateTime={latest.created_at}
              className={cx(
                "text-12 tabular-nums",
                badge ? "font-medium text-accent-text" : "text-ink-3",
              )}
            >
              {shortTime(latest.created_at)}
            </time>
          )}
        </span>
        <span className="flex items-center gap-2">
          <span
            className={cx("min-w-0 flex-1 truncate text-14", badge ? "text-ink-2" : "text-ink-3")}
          >
            {draft
              ? t("rooms.draft", { text: excerpt(draft) })
              : lastLine(room, isHidden ? undefined : latest, meId)}
          </span>
          {isMuted(room) && (
            <BellOff
              role="img"
              aria-label={t("rooms.muted")}
              className="size-3.5 shrink-0 text-ink-3"
            />
          )}
          {badge && <Badge {...badge} label={badgeLabel(badge)} />}
        </span>
      </span>
    </Link>
  );
}

/** "Ines: lunch?", "You: on my way"; in a direct room the other person needs no name. */
function lastLine(room: Room, latest: Message | undefined, meId: number | undefined): string {
  if (!latest) return room.peer ? `@${room.peer.username}` : room.topic;
  if (latest.deleted_at) return t("timeline.deleted");
  if (latest.kind !== "text" || latest.body === null) return room.topic;
  const text = excerpt(plainText(said(latest)));
  if (latest.author.id === meId) return t("rooms.you_said", { text });
  if (room.kind === "direct") return text;
  return t("timeline.says", { name: firstWord(latest.author.display_name), text });
}

function firstWord(name: string): string {
  return name.split(/\s/u, 1)[0] ?? name;
}
