import { t } from "../i18n";
import type { Room } from "../realtime/types";
import { roomName } from "../ui/room-name";
import { toast } from "../ui/toast-store";
import { useView } from "./view";

/** Says what became of a room that is suddenly not there any more, and leads out of it. */
export function tellGone(
  room: Room,
  why: "deleted" | "removed",
  navigate: (path: string) => void,
): void {
  const name = roomName(room);
  toast(t(why === "deleted" ? "rooms.manage.was_deleted" : "rooms.manage.was_removed", { name }), {
    sticky: true,
  });
  if (useView.getState().roomId === room.id) navigate("/chat/");
}
