import { getMessage, getState } from "../realtime/store";
import type { RoomId } from "../realtime/types";
import { startReply } from "./talk";

/** Answers a message again of which a draft, or what was not sent, knows the id. */
export function resumeReply(roomId: RoomId, id: number) {
  const held = getState().windows[roomId]?.rows.find((row) => row.id === id);
  if (held) return startReply(held);
  // A message that is gone cannot be answered any more; the text stays.
  getMessage(id).then(startReply, () => undefined);
}
