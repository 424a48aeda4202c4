type Listener = (roomId: number, seq: number) => void;

const listeners = new Set<Listener>();

/** Asks the timeline of the open room to go to a message and to mark it for a moment. */
export function showMessage(roomId: number, seq: number) {
  for (const listener of listeners) listener(roomId, seq);
}

export function onShowMessage(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
