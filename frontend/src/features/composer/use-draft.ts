import { useEffect, useState } from "react";
import { useTalk } from "../../app/talk";
import { getDraft, setDraft, subscribeDrafts } from "../../realtime/drafts";
import type { RoomId, UserId } from "../../realtime/types";
import { isWhisperCommand } from "./trigger";

/** The text of a room's composer: kept through reloads, shared with other tabs, filled by "Edit" of a failed message. */
export function useDraft(userId: UserId, roomId: RoomId) {
  const [text, setText] = useState(() => getDraft(userId, roomId)?.text ?? "");
  /** `/w name …` will be a whisper: it is never written down, so it is no draft. */
  const [command, setCommand] = useState<string | null>(null);

  useEffect(
    () => subscribeDrafts(() => setText(getDraft(userId, roomId)?.text ?? "")),
    [userId, roomId],
  );
  // What is answered belongs to the draft, also when it is chosen after the text was written.
  const replyTo = useTalk((talk) => talk.replies[roomId]?.id ?? null);
  useEffect(() => {
    const draft = getDraft(userId, roomId);
    if (draft && replyTo !== null && draft.replyTo !== replyTo) {
      setDraft(userId, roomId, draft.text, replyTo);
    }
  }, [userId, roomId, replyTo]);

  const write = (next: string) => {
    const isSecret = isWhisperCommand(next);
    setCommand(isSecret ? next : null);
    setText(isSecret ? "" : next);
    setDraft(userId, roomId, isSecret ? "" : next, replyTo);
  };
  return [command ?? text, write] as const;
}
