import { t } from "../i18n";
import { getState } from "../realtime/store";
import type { RoomId, UserId } from "../realtime/types";
import { toast } from "../ui/toast-store";
import { startWhisper } from "./talk";
import { focusComposer } from "./view";

/** Makes the composer whisper; says so where the person is not here to hear it. */
export function whisperTo(roomId: RoomId, userId: UserId) {
  const { online, people } = getState();
  if (online[roomId] && !online[roomId].includes(userId)) {
    toast(t("whisper.not_online", { name: people[userId]?.display_name ?? "…" }));
    return;
  }
  startWhisper(roomId, userId);
  focusComposer();
}
