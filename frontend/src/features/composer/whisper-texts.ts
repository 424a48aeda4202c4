import { useState } from "react";
import type { RoomId, UserId } from "../../realtime/types";
import { useDraft } from "./use-draft";

/**
 * What is being whispered, by whom, where and to whom: one text never changes its destination. Memory of this page
 * only; nothing that is whispered is ever written down.
 */
const texts = new Map<string, string>();

/** The text of the composer: the room's draft, or while whispering the whisper's own. */
export function useComposerText(userId: UserId, roomId: RoomId, to: UserId | undefined) {
  const [draft, setDraft] = useDraft(userId, roomId);
  const [, renderAgain] = useState(0);
  if (to === undefined) return [draft, setDraft] as const;
  const key = `${userId}.${roomId}.${to}`;
  const write = (next: string) => {
    texts.set(key, next);
    renderAgain((count) => count + 1);
  };
  return [texts.get(key) ?? "", write] as const;
}

/** Puts a text before somebody is whispered to: what followed `/w name`. */
export function setWhisperText(userId: UserId, roomId: RoomId, to: UserId, text: string) {
  texts.set(`${userId}.${roomId}.${to}`, text);
}

/** A whisper that arrived is done with, wherever its composer is now. */
export function clearWhisperText(userId: UserId, roomId: RoomId, to: UserId, sent: string) {
  const key = `${userId}.${roomId}.${to}`;
  if (texts.get(key) === sent) texts.delete(key);
}
