import { useEffect } from "react";
import { startReply, useTalk } from "../../app/talk";
import { getDraft } from "../../realtime/drafts";
import { getMessage, getState } from "../../realtime/store";
import type { Message, RoomId, UserId } from "../../realtime/types";

/** What the next message answers; after a reload what the draft says that it answers. */
export function useReply(userId: UserId, roomId: RoomId): Message | undefined {
  const reply = useTalk((talk) => talk.replies[roomId]);
  useEffect(() => {
    const id = getDraft(userId, roomId)?.replyTo;
    if (!id || useTalk.getState().replies[roomId]) return;
    const held = getState().windows[roomId]?.rows.find((row) => row.id === id);
    if (held) return startReply(held);
    // A message that is gone cannot be answered any more; the text stays.
    getMessage(id).then(startReply, () => undefined);
  }, [userId, roomId]);
  return reply;
}
