import { useLocation } from "wouter";
import { t } from "../../i18n";
import { createRoom } from "../../realtime/store";
import { Button } from "../../ui/button";
import { Dialog, DialogActions } from "../../ui/dialog";
import { roomPath } from "../../ui/room-name";
import { RoomFields, useRoomForm } from "./RoomFields";

type CreateRoomDialogProps = { initialName: string; onClose: () => void };

export function CreateRoomDialog({ initialName, onClose }: CreateRoomDialogProps) {
  const [, navigate] = useLocation();
  const { values, busy, on, fields } = useRoomForm({
    name: initialName,
    topic: "",
    staff_only: false,
    invite_only: false,
    steady_while_occupied: false,
  });

  const send = async () => {
    const { name, ...rest } = values;
    // What was left as it is goes without saying.
    const chosen = Object.fromEntries(Object.entries(rest).filter(([, value]) => value));
    const room = await createRoom({ name, ...chosen });
    onClose();
    navigate(roomPath(room.id));
  };

  return (
    <Dialog title={t("rooms.create_title")} text={t("rooms.create_text")} onClose={onClose}>
      <form {...on(send)} className="flex flex-col gap-4 overflow-y-auto px-6 pt-4 pb-6">
        <RoomFields {...fields} staffHint={t("rooms.staff_only_hint")} mayKeepSteady />
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
