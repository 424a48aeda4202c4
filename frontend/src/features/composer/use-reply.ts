import { useEffect } from "react";
import { resumeReply } from "../../app/resume-reply";
import { useTalk } from "../../app/talk";
import { getDraft } from "../../realtime/drafts";
import type { Message, RoomId, UserId } from "../../realtime/types";

/** What the next message answers; after a reload what the draft says that it answers. */
export function useReply(userId: UserId, roomId: RoomId): Message | undefined {
  const reply = useTalk((talk) => talk.replies[roomId]);
  useEffect(() => {
    const id = getDraft(userId, roomId)?.replyTo;
    if (id && !useTalk.getState().replies[roomId]) resumeReply(roomId, id);
  }, [userId, roomId]);
  return reply;
}
