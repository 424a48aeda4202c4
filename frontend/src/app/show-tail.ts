type Listener = (roomId: number) => void;

const listeners = new Set<Listener>();

/** Asks the timeline of a room to go to its newest row: whoever sends wants to see it. */
export function showTail(roomId: number) {
  for (const listener of listeners) listener(roomId);
}

export function onShowTail(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
