import { BellOff, Pencil } from "lucide-react";
import { Link } from "wouter";
import { t } from "../../i18n";
import { cx } from "../../lib/cx";
import { usePresence } from "../../realtime/presence";
import { Avatar } from "../../ui/avatar";
import { Badge } from "../../ui/badge";
import { RoomIcon } from "../../ui/room-icon";
import { roomName, roomPath } from "../../ui/room-name";
import { badgeLabel, badgeOf, isMuted, type RoomRowProps } from "./use-room-row";

/** One room in the sidebar, 32 px. */
export function RoomRow({ room, isCurrent, draft }: RoomRowProps) {
  const presence = usePresence(room.peer);
  const badge = isCurrent ? null : badgeOf(room);
  const muted = isMuted(room);
  return (
    <Link
      href={roomPath(room.id)}
      aria-current={isCurrent ? "page" : undefined}
      className={cx(
        "mb-px flex h-8 items-center gap-2.5 rounded-control ps-2 pe-1.5 text-14",
        isCurrent
          ? "bg-active font-medium text-ink"
          : badge
            ? "font-semibold text-ink hover:bg-hover"
            : muted
              ? "text-ink-3 hover:bg-hover"
              : "text-ink-2 hover:bg-hover",
      )}
    >
      <span className="flex w-[1.375rem] shrink-0 justify-center">
        {room.peer ? (
          <Avatar
            userId={room.peer.id}
            name={room.peer.display_name}
            url={room.peer.avatar_url}
            size={22}
            presence={presence}
            ground="app"
          />
        ) : (
          <RoomIcon room={room} className="size-[1.0625rem]" />
        )}
      </span>
      <span dir="auto" className="min-w-0 flex-1 truncate">
        {roomName(room)}
      </span>
      {draft && !isCurrent && (
        <>
          <Pencil aria-hidden="true" className="size-3.5 shrink-0 text-ink-3" />
          <span className="sr-only">{t("rooms.has_draft")}</span>
        </>
      )}
      {muted && (
        <>
          <BellOff aria-hidden="true" className="size-3.5 shrink-0" />
          <span className="sr-only">{t("rooms.muted")}</span>
        </>
      )}
      {badge && <Badge {...badge} label={badgeLabel(badge)} />}
    </Link>
  );
}
