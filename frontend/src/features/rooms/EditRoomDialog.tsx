import { type FormEvent, useState } from "react";
import type { Room, UpdateRoom } from "../../api/types";
import { t } from "../../i18n";
import { updateRoom } from "../../realtime/manage";
import { Button } from "../../ui/button";
import { Dialog, DialogActions } from "../../ui/dialog";
import { useFormErrors } from "../../ui/form-errors";
import { RoomFields, type RoomValues } from "./RoomFields";

/** Another name, another topic, other flags. Only what was changed here is sent: others may be changing the rest. */
export default function EditRoomDialog({ room, onClose }: { room: Room; onClose: () => void }) {
  const [before] = useState<RoomValues>(() => valuesOf(room));
  const [values, setValues] = useState(before);
  const [busy, setBusy] = useState(false);
  const errors = useFormErrors();

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const blank = values.name.trim() === "" ? t("form.required") : null;
    if (busy || !errors.check({ name: blank })) return;
    const changed = changes(before, values);
    if (Object.keys(changed).length === 0) return onClose();
    setBusy(true);
    try {
      await updateRoom(room.id, changed);
      onClose();
    } catch (error) {
      errors.refuse(error);
      setBusy(false);
    }
  };

  return (
    <Dialog title={t("rooms.manage.settings")} onClose={onClose}>
      <form
        ref={errors.form}
        noValidate
        onSubmit={submit}
        className="flex flex-col gap-4 overflow-y-auto px-6 pt-4 pb-6"
      >
        <RoomFields
          values={values}
          onChange={setValues}
          errors={errors}
          staffHint={t(
            before.staff_only ? "rooms.staff_only_hint" : "rooms.manage.staff_only_warning",
          )}
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

function valuesOf({ name, topic, staff_only, invite_only }: Room): RoomValues {
  return { name, topic, staff_only, invite_only };
}

/** What of it is new. */
export function changes(before: RoomValues, after: RoomValues): UpdateRoom {
  const trimmed = { ...after, name: after.name.trim(), topic: after.topic.trim() };
  const entries = Object.entries(trimmed).filter(
    ([field, value]) => before[field as keyof RoomValues] !== value,
  );
  return Object.fromEntries(entries) as UpdateRoom;
}
