import { useEffect, useState } from "react";
import { getDraft, setDraft, subscribeDrafts } from "../../realtime/drafts";
import type { RoomId, UserId } from "../../realtime/types";

/** The text of a room's composer: kept through reloads, shared with other tabs, filled by "Edit" of a failed message. */
export function useDraft(userId: UserId, roomId: RoomId) {
  const [text, setText] = useState(() => getDraft(userId, roomId)?.text ?? "");

  useEffect(
    () => subscribeDrafts(() => setText(getDraft(userId, roomId)?.text ?? "")),
    [userId, roomId],
  );

  const write = (next: string) => {
    setText(next);
    setDraft(userId, roomId, next);
  };
  return [text, write] as const;
}
