import { useState } from "react";
import { Link } from "wouter";
import { LazyRoomDialogs } from "../../app/LazyRoomDialogs";
import { openCreateRoom } from "../../app/view";
import { t } from "../../i18n";
import { mayManage, mayOwn } from "../../realtime/may";
import { selectGroupRooms, selectMe } from "../../realtime/selectors";
import { useStore } from "../../realtime/store";
import type { Me, Room } from "../../realtime/types";
import { Button } from "../../ui/button";
import { RoomIcon } from "../../ui/room-icon";
import { roomName, roomPath } from "../../ui/room-name";
import { SettingsSection } from "./SettingsSection";

/** The rooms that one may change or delete, each with what can be done with it, and the way to make another. */
export default function RoomsSection() {
  const me = useStore(selectMe);
  const rooms = useStore(selectGroupRooms);
  if (!me) return null;
  const own = rooms.filter((room) => mayManage(room, me));
  return (
    <SettingsSection title={t("settings.rooms_title")} text={t("settings.rooms_text")}>
      {own.length === 0 && <p className="py-4 text-14 text-ink-2">{t("settings.rooms_none")}</p>}
      <ul aria-label={t("settings.rooms_title")} className="divide-y divide-line">
        {own.map((room) => (
          <li key={room.id} className="flex min-h-16 flex-wrap items-center gap-2 py-2">
            <RoomRow room={room} me={me} />
          </li>
        ))}
      </ul>
      <Button variant="primary" className="mt-4" onClick={() => openCreateRoom()}>
        {t("nav.new_room")}
      </Button>
    </SettingsSection>
  );
}

function RoomRow({ room, me }: { room: Room; me: Me }) {
  const [dialog, setDialog] = useState<"settings" | "delete" | null>(null);
  const name = roomName(room);
  return (
    <>
      <RoomIcon room={room} className="size-[1.125rem] shrink-0 text-ink-2" />
      <span className="min-w-40 flex-1">
        <Link
          href={roomPath(room.id)}
          dir="auto"
          className="block truncate text-15 font-semibold tracking-name hover:underline"
        >
          {name}
        </Link>
        <span className="block truncate text-13 text-ink-2">
          {t("rooms.members", { count: room.members_count })}
        </span>
      </span>
      <span className="flex gap-2">
        <Button
          aria-label={t("settings.room_edit_named", { name })}
          onClick={() => setDialog("settings")}
        >
          {t("rooms.manage.settings")}
        </Button>
        {mayOwn(room, me) && (
          <Button
            aria-label={t("settings.room_delete_named", { name })}
            onClick={() => setDialog("delete")}
          >
            {t("settings.room_delete")}
          </Button>
        )}
      </span>
      {dialog && <LazyRoomDialogs room={room} dialog={dialog} onClose={() => setDialog(null)} />}
    </>
  );
}
