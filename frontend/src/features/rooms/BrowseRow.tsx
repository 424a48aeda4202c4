import { Check, Lock } from "lucide-react";
import { useState } from "react";
import { Link, useLocation } from "wouter";
import type { Room } from "../../api/types";
import { t } from "../../i18n";
import { selectMe, selectRoom } from "../../realtime/selectors";
import { joinRoom, useStore } from "../../realtime/store";
import { Button } from "../../ui/button";
import { errorText } from "../../ui/form-errors";
import { RoomIcon } from "../../ui/room-icon";
import { roomName, roomPath } from "../../ui/room-name";
import { toastError } from "../../ui/toast-store";

/** One room of the list, with joining it. A refusal is shown in the server's words. */
export function BrowseRow({ room: listed }: { room: Room }) {
  const held = useStore(selectRoom(listed.id));
  const told = useStore((state) => state.counts[listed.id]);
  // Of one's own rooms every change is told, of the others how many are there.
  const room = held?.me ? held : listed;
  const online = told ?? room.online_count;
  const isStaff = useStore((state) => selectMe(state)?.is_staff ?? false);
  const [, navigate] = useLocation();
  const [busy, setBusy] = useState(false);
  const joined = held ? held.me !== null : room.me !== null;
  const locked = room.staff_only && !isStaff;

  const join = async () => {
    setBusy(true);
    try {
      await joinRoom(room.id);
      navigate(roomPath(room.id));
    } catch (error) {
      toastError(errorText(error));
      setBusy(false);
    }
  };

  const about = [
    t("rooms.members", { count: room.members_count }),
    online > 0 && t("rooms.online", { count: online }),
    room.topic,
  ];
  return (
    <>
      <span
        aria-hidden="true"
        className="flex size-10 shrink-0 items-center justify-center rounded-input bg-hover text-ink-2"
      >
        <RoomIcon room={room} className="size-5" />
      </span>
      <span className="min-w-0 flex-1">
        <span className="flex items-center gap-1.5">
          <Link
            href={roomPath(room.id)}
            dir="auto"
            className="truncate text-15 font-semibold tracking-name hover:underline hover:underline-offset-3"
          >
            {roomName(room)}
          </Link>
          {room.staff_only && (
            <Lock
              role="img"
              aria-label={t("rooms.staff_only")}
              className="size-3.5 shrink-0 text-ink-3"
            />
          )}
        </span>
        <span className="block truncate text-13 text-ink-2">
          {about.filter(Boolean).join(" · ")}
        </span>
      </span>
      {joined ? (
        <span className="flex items-center gap-1.5 text-13 text-ink-2">
          <Check aria-hidden="true" className="size-4" />
          <span className="max-md:sr-only">{t("rooms.joined")}</span>
        </span>
      ) : (
        <Button
          busy={busy}
          onClick={join}
          aria-label={t("rooms.join_named", { name: roomName(room) })}
          data-tooltip={locked ? t("rooms.staff_only_hint") : undefined}
          icon={locked && <Lock aria-hidden="true" className="size-4" />}
        >
          {t("rooms.join")}
        </Button>
      )}
    </>
  );
}
