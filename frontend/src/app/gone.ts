import { t } from "../i18n";
import { onGone } from "../realtime/store";
import { roomName } from "../ui/room-name";
import { toast } from "../ui/toast-store";
import { useView } from "./view";

/** Says what became of a room that is suddenly not there any more, and leads out of it. Answers the way to stop. */
export function watchGone(navigate: (path: string) => void): () => void {
  return onGone((room, why) => {
    const name = roomName(room);
    toast(t(why === "deleted" ? "rooms.was_deleted" : "rooms.was_removed", { name }), {
      sticky: true,
    });
    if (useView.getState().roomId === room.id) navigate("/chat/");
  });
}
