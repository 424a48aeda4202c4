import { t } from "../i18n";
import { store } from "../realtime/store";
import type { Whisper } from "../realtime/types";
import { announce } from "../ui/announcer";
import { roomPath, roomReference } from "../ui/room-name";
import { toast } from "../ui/toast-store";
import { useView } from "./view";

/** Says a whisper aloud in its room, and shows that there is one anywhere else. */
export function tellWhisper({ roomId, fromId, body }: Whisper, navigate: (path: string) => void) {
  const { people, rooms } = store.getState();
  const name = people[fromId]?.display_name ?? "…";
  if (useView.getState().roomId === roomId) {
    announce(t("whisper.says", { name, text: body }));
    return;
  }
  const room = rooms[roomId];
  toast(t("whisper.arrived", { name, room: room ? roomReference(room) : "…" }), {
    action: { label: t("rooms.open"), run: () => navigate(roomPath(roomId)) },
  });
}
