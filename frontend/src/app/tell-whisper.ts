import { t } from "../i18n";
import { store } from "../realtime/store";
import type { Whisper } from "../realtime/types";
import { announce } from "../ui/announcer";
import { roomPath, roomReference } from "../ui/room-name";
import { toast } from "../ui/toast-store";
import { showTail } from "./show-tail";
import { useView } from "./view";

/** Says a whisper aloud in its room, and shows that there is one to whoever reads farther up, or is anywhere else. */
export function tellWhisper({ roomId, fromId, body }: Whisper, navigate: (path: string) => void) {
  const { people, rooms, windows } = store.getState();
  const name = people[fromId]?.display_name ?? "…";
  const isHere = useView.getState().roomId === roomId;
  if (isHere) announce(t("whisper.says", { name, text: body }));
  if (isHere && windows[roomId]?.atTail) return;
  const room = rooms[roomId];
  toast(t("whisper.arrived", { name, room: room ? roomReference(room) : "…" }), {
    action: isHere
      ? { label: t("timeline.jump"), run: () => showTail(roomId) }
      : { label: t("rooms.open"), run: () => navigate(roomPath(roomId)) },
  });
}
