import { t } from "../i18n";
import type { Room } from "../realtime/types";
import { roomName } from "../ui/room-name";
import { toast } from "../ui/toast-store";

/** Says what became of a room that is suddenly not there any more. */
export function tellGone(room: Room, why: "deleted" | "removed"): void {
  const name = roomName(room);
  toast(t(why === "deleted" ? "rooms.manage.was_deleted" : "rooms.manage.was_removed", { name }), {
    sticky: true,
  });
}
