import { t } from "../i18n";
import { selectMe } from "../realtime/selectors";
import { store } from "../realtime/store";
import type { Whisper } from "../realtime/types";
import { announce } from "../ui/announcer";
import { roomPath, roomReference } from "../ui/room-name";
import { toast } from "../ui/toast-store";
import { useView } from "./view";

type Navigate = (path: string) => void;

/**
 * A whisper is heard at once or never: it is said aloud in its room, and shown by a toast elsewhere. Answers the way
 * to stop.
 */
export function watchWhispers(navigate: Navigate): () => void {
  return store.subscribe((now, before) => {
    if (now.whispers === before.whispers) return;
    for (const [id, whispers] of Object.entries(now.whispers)) {
      const whisper = whispers.at(-1);
      if (!whisper || before.whispers[Number(id)] === whispers) continue;
      if (whisper.fromId !== selectMe(now)?.id && !now.blocked[whisper.fromId])
        tell(whisper, navigate);
    }
  });
}

function tell({ roomId, fromId, body }: Whisper, navigate: Navigate) {
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
