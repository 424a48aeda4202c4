import { lazy, Suspense, useState } from "react";
import { t } from "../i18n";
import { mayManage } from "../realtime/may";
import { selectMe } from "../realtime/selectors";
import { useStore } from "../realtime/store";
import type { Room } from "../realtime/types";
import { Button } from "../ui/button";
import { openInvite } from "./view";

const EditRoomDialog = lazy(() => import("../features/rooms/EditRoomDialog"));

/** Where nothing was said yet: a sentence, and for whoever runs the room what comes first. */
export default function FirstSteps({ room }: { room: Room }) {
  const me = useStore(selectMe);
  const [isEditing, setEditing] = useState(false);
  const manages = room.kind === "group" && me !== null && mayManage(room, me);
  return (
    <>
      {!room.topic && (
        <p className="mt-1 max-w-[40rem] text-15 text-ink-2">
          {t(manages ? "rooms.manage.empty_text" : "rooms.empty_text")}
        </p>
      )}
      {manages && (
        <div className="mt-4 flex flex-wrap gap-2">
          <Button variant="primary" onClick={() => openInvite(room.id)}>
            {t("rooms.manage.invite")}
          </Button>
          {!room.topic && (
            <Button onClick={() => setEditing(true)}>{t("rooms.manage.set_topic")}</Button>
          )}
        </div>
      )}
      <Suspense fallback={null}>
        {isEditing && <EditRoomDialog room={room} onClose={() => setEditing(false)} />}
      </Suspense>
    </>
  );
}
