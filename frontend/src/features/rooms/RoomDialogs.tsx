import { lazy, Suspense } from "react";
import { useLocation } from "wouter";
import type { Room } from "../../api/types";
import { t } from "../../i18n";
import { deleteRoom } from "../../realtime/manage";
import { leaveRoom } from "../../realtime/store";
import { ConfirmDialog } from "../../ui/confirm-dialog";
import { errorText } from "../../ui/form-errors";
import { roomName } from "../../ui/room-name";
import { toastError } from "../../ui/toast-store";

const EditRoomDialog = lazy(() => import("./EditRoomDialog"));
const JumpDateDialog = lazy(() => import("./JumpDateDialog"));

export type RoomDialog = "settings" | "date" | "leave" | "delete";

type RoomDialogsProps = { room: Room; dialog: RoomDialog; onClose: () => void };

/** What the menu of a room opens. */
export function RoomDialogs({ room, dialog, onClose }: RoomDialogsProps) {
  const [, navigate] = useLocation();
  const name = roomName(room);

  const leave = async () => {
    try {
      await leaveRoom(room.id);
      navigate("/chat/");
    } catch (error) {
      toastError(errorText(error));
    }
  };
  const remove = async () => {
    try {
      // The event leads everybody who looks at it away, oneself included.
      await deleteRoom(room.id);
    } catch (error) {
      toastError(errorText(error));
    }
  };

  switch (dialog) {
    case "settings":
      return (
        <Suspense fallback={null}>
          <EditRoomDialog room={room} onClose={onClose} />
        </Suspense>
      );
    case "date":
      return (
        <Suspense fallback={null}>
          <JumpDateDialog room={room} onClose={onClose} />
        </Suspense>
      );
    case "leave":
      return (
        <ConfirmDialog
          danger
          title={t("rooms.leave_confirm", { name })}
          text={t(room.invite_only ? "rooms.leave_text_invite" : "rooms.leave_text")}
          action={t("rooms.leave")}
          onConfirm={leave}
          onClose={onClose}
        />
      );
    case "delete":
      return (
        <ConfirmDialog
          danger
          title={t("rooms.manage.delete_confirm", { name })}
          text={t("rooms.manage.delete_text")}
          action={t("rooms.manage.delete")}
          onConfirm={remove}
          onClose={onClose}
        />
      );
  }
}
