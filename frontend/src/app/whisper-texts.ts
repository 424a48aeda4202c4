import type { RoomId, UserId } from "../realtime/types";

/**
 * What is being whispered, by whom, where and to whom: one text never changes its destination. Memory of this page
 * only; nothing that is whispered is ever written down.
 */
const texts = new Map<string, string>();

type Destination = { userId: UserId; roomId: RoomId; to: UserId };

export function whisperText(of: Destination): string {
  return texts.get(keyOf(of)) ?? "";
}

export function setWhisperText(of: Destination, text: string) {
  texts.set(keyOf(of), text);
}

/** A whisper that arrived is done with, unless its text was changed meanwhile. */
export function clearWhisperText(of: Destination, sent: string) {
  if (texts.get(keyOf(of)) === sent) texts.delete(keyOf(of));
}

/** Somebody else may be next at this page. */
export function forgetWhisperTexts() {
  texts.clear();
}

function keyOf({ userId, roomId, to }: Destination): string {
  return `${userId}.${roomId}.${to}`;
}
