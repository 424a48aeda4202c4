import { Lock } from "lucide-react";
import { useEffect, useState } from "react";
import { Link } from "wouter";
import { api, call } from "../api/client";
import type { Room } from "../api/types";
import { t } from "../i18n";
import { joinRoom, openRoom } from "../realtime/store";
import type { WindowFailure } from "../realtime/types";
import { BackHead } from "../ui/back-link";
import { Button, buttonClass } from "../ui/button";
import { EmptyState } from "../ui/empty-state";
import { errorText } from "../ui/form-errors";
import { RoomIcon } from "../ui/room-icon";
import { useTitle } from "../ui/title";
import { toastError } from "../ui/toast-store";

type Refusal = Pick<WindowFailure, "code" | "detail">;

/** The server refused this room to this person: in its own words, or with a way in where there is one. */
export function RoomRefused({ failure, roomId }: { failure: Refusal; roomId?: number }) {
  const room = useOpenDoor(failure.code === "forbidden" ? roomId : undefined);
  if (room === undefined) return null;
  return (
    <main id="main" tabIndex={-1} className="flex h-full flex-col overflow-y-auto outline-none">
      <BackHead />
      <div className="m-auto max-md:pb-14">
        {room ? <Invitation room={room} /> : <Refused detail={failure.detail} />}
      </div>
    </main>
  );
}

function Refused({ detail }: { detail: string }) {
  useTitle(t("rooms.refused_title"));
  return (
    <>
      <h1 className="sr-only">{t("rooms.refused_title")}</h1>
      <EmptyState
        icon={<Lock className="size-7" />}
        title={t("rooms.refused_title")}
        text={detail || t("errors.room_staff_only")}
      >
        <Link href="/chat/" className={buttonClass("primary")}>
          {t("notfound.back")}
        </Link>
      </EmptyState>
    </>
  );
}

/** What a room is, to somebody who may join it and has not. */
function Invitation({ room }: { room: Room }) {
  useTitle(room.name);
  const [busy, setBusy] = useState(false);
  const join = async () => {
    setBusy(true);
    try {
      await joinRoom(room.id);
      openRoom(room.id);
    } catch (error) {
      toastError(errorText(error));
      setBusy(false);
    }
  };
  const members = t("rooms.members", { count: room.members_count });
  return (
    <>
      <h1 className="sr-only">{room.name}</h1>
      <EmptyState
        icon={<RoomIcon room={room} className="size-7" />}
        title={room.name}
        text={[members, room.topic].filter(Boolean).join(" · ")}
      >
        <Button
          variant="primary"
          busy={busy}
          onClick={join}
          aria-label={t("rooms.join_named", { name: room.name })}
        >
          {t("rooms.join")}
        </Button>
        <Link href="/chat/" className={buttonClass()}>
          {t("nav.browse")}
        </Link>
      </EmptyState>
    </>
  );
}

/** The room, where one may know of it and only is no member; null where not, undefined until that is known. */
function useOpenDoor(roomId: number | undefined): Room | null | undefined {
  const [room, setRoom] = useState<Room | null | undefined>(
    roomId === undefined ? null : undefined,
  );
  useEffect(() => {
    if (roomId === undefined) return setRoom(null);
    let isCurrent = true;
    call(api.GET("/api/rooms/{room_id}", { params: { path: { room_id: roomId } } })).then(
      (found) => isCurrent && setRoom(found.me ? null : found),
      () => isCurrent && setRoom(null),
    );
    return () => {
      isCurrent = false;
    };
  }, [roomId]);
  return room;
}
