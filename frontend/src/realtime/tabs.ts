/**
 * What the tabs of one browser tell each other, over `BroadcastChannel("parlor")`.
 * A tab never hears its own notes. Without the API (old browsers, tests) tabs are on their own.
 */
import type { Draft } from "./drafts";
import type { Pending } from "./types";

export type Note =
  /** Somebody signed out here: the cookie is gone for all tabs. */
  | { type: "signed_out" }
  | { type: "theme"; theme: string }
  | { type: "draft"; draft: Draft }
  | { type: "read"; userId: number; roomId: number; seq: number }
  /** A row of the outbox is new or changed its state. */
  | { type: "pending"; userId: number; pending: Pending }
  /** A row of the outbox is gone: stored by the server, or given up. */
  | { type: "pending_gone"; userId: number; roomId: number; nonce: string };

let channel: BroadcastChannel | null = null;

function open(): BroadcastChannel | null {
  if (!channel && typeof BroadcastChannel !== "undefined") channel = new BroadcastChannel("parlor");
  return channel;
}

/** Tells the other tabs. */
export function announce(note: Note): void {
  open()?.postMessage(note);
}

/** Calls `listener` with each note of another tab; answers the way to stop. */
export function listen(listener: (note: Note) => void): () => void {
  const heard = (event: MessageEvent<Note>) => listener(event.data);
  const from = open();
  from?.addEventListener("message", heard);
  return () => from?.removeEventListener("message", heard);
}
