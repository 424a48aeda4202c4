import { type FormEvent, useState } from "react";
import { useLocation } from "wouter";
import { t } from "../../i18n";
import { createRoom } from "../../realtime/store";
import { Button } from "../../ui/button";
import { Dialog, DialogActions } from "../../ui/dialog";
import { useFormErrors } from "../../ui/form-errors";
import { roomPath } from "../../ui/room-name";
import { RoomFields, type RoomValues } from "./RoomFields";

type CreateRoomDialogProps = { initialName: string; onClose: () => void };

export function CreateRoomDialog({ initialName, onClose }: CreateRoomDialogProps) {
  const [, navigate] = useLocation();
  const [values, setValues] = useState<RoomValues>({
    name: initialName,
    topic: "",
    staff_only: false,
    invite_only: false,
  });
  const [busy, setBusy] = useState(false);
  const errors = useFormErrors();

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const blank = values.name.trim() === "" ? t("form.required") : null;
    if (busy || !errors.check({ name: blank })) return;
    setBusy(true);
    try {
      const { topic, staff_only, invite_only } = values;
      const room = await createRoom({
        name: values.name.trim(),
        ...(topic.trim() && { topic: topic.trim() }),
        ...(staff_only && { staff_only }),
        ...(invite_only && { invite_only }),
      });
      onClose();
      navigate(roomPath(room.id));
    } catch (error) {
      errors.refuse(error);
      setBusy(false);
    }
  };

  return (
    <Dialog title={t("rooms.create_title")} text={t("rooms.create_text")} onClose={onClose}>
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
          staffHint={t("rooms.staff_only_hint")}
        />
        <DialogActions>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button type="submit" variant="primary" busy={busy}>
            {t("rooms.create")}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
