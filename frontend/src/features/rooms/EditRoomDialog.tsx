import { useState } from "react";
import type { Room, UpdateRoom } from "../../api/types";
import { t } from "../../i18n";
import { updateRoom } from "../../realtime/manage";
import { mayOwn } from "../../realtime/may";
import { selectMe } from "../../realtime/selectors";
import { useStore } from "../../realtime/store";
import { Button } from "../../ui/button";
import { Dialog, DialogActions } from "../../ui/dialog";
import { RoomFields, type RoomValues, useRoomForm } from "./RoomFields";

/** Another name, another topic, other flags. Only what was changed here is sent: others may be changing the rest. */
export default function EditRoomDialog({ room, onClose }: { room: Room; onClose: () => void }) {
  const [before] = useState<RoomValues>(() => valuesOf(room));
  const me = useStore(selectMe);
  const { values, busy, on, fields } = useRoomForm(before);

  const send = async () => {
    const changed = changes(before, values);
    if (Object.keys(changed).length > 0) await updateRoom(room.id, changed);
    onClose();
  };

  return (
    <Dialog title={t("rooms.manage.settings")} onClose={onClose}>
      <form {...on(send)} className="flex flex-col gap-4 overflow-y-auto px-6 pt-4 pb-6">
        <RoomFields
          {...fields}
          staffHint={t(
            before.staff_only ? "rooms.staff_only_hint" : "rooms.manage.staff_only_warning",
          )}
          mayKeepSteady={me !== null && mayOwn(room, me)}
        />
        <DialogActions>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button type="submit" variant="primary" busy={busy}>
            {t("common.save")}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

function valuesOf(room: Room): RoomValues {
  const { name, topic, staff_only, invite_only, steady_while_occupied } = room;
  return { name, topic, staff_only, invite_only, steady_while_occupied };
}

/** What of it is new. */
function changes(before: RoomValues, after: RoomValues): UpdateRoom {
  const entries = Object.entries(after).filter(
    ([field, value]) => before[field as keyof RoomValues] !== value,
  );
  return Object.fromEntries(entries) as UpdateRoom;
}
