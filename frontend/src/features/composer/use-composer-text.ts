import { useState } from "react";
import { setWhisperText, whisperText } from "../../app/whisper-texts";
import type { RoomId, UserId } from "../../realtime/types";
import { useDraft } from "./use-draft";

/** The text of the composer: the room's draft, or while whispering the whisper's own. */
export function useComposerText(userId: UserId, roomId: RoomId, to: UserId | undefined) {
  const [draft, setDraft] = useDraft(userId, roomId);
  const [, renderAgain] = useState(0);
  if (to === undefined) return [draft, setDraft] as const;
  const write = (next: string) => {
    setWhisperText({ userId, roomId, to }, next);
    renderAgain((count) => count + 1);
  };
  return [whisperText({ userId, roomId, to }), write] as const;
}
