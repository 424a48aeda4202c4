/**
 * Deletions that can still be undone. The message is hidden here at once; the server is told when
 * the time to think is over, when the room is left, or when the page goes away. Until then nobody
 * else knows, so an undo leaves no trace.
 */
import { useSyncExternalStore } from "react";
import { beforeSignOut, deleteMessage } from "./store";

interface Watcher {
  /** From now on it cannot be undone. */
  started?(): void;
  /** The server refused: the message is shown again. */
  failed(error: unknown): void;
}

/** `send` tells the server; it rejects when the message may not be deleted. */
export function createDeletions(send: (messageId: number) => Promise<unknown>) {
  /** Messages that are hidden. */
  const held = new Map<number, Watcher>();
  /** The same, another one with each change. */
  let hidden: ReadonlySet<number> = new Set();
  const sending = new Set<number>();
  const listeners = new Set<() => void>();

  const changed = () => {
    hidden = new Set(held.keys());
    for (const listener of listeners) listener();
  };
  const release = (messageId: number) => {
    held.delete(messageId);
    sending.delete(messageId);
    changed();
  };
  const subscribe = (listener: () => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };

  /** Sends one that is held; nothing once it was undone or is on its way. */
  async function finish(messageId: number): Promise<void> {
    const watcher = held.get(messageId);
    if (!watcher || sending.has(messageId)) return;
    sending.add(messageId);
    watcher.started?.();
    try {
      await send(messageId);
    } catch (error) {
      watcher.failed(error);
    }
    // Now the tombstone is in the state, or the message is shown again.
    release(messageId);
  }

  return {
    /** Hides a message. */
    hold(messageId: number, watcher: Watcher): void {
      if (held.has(messageId)) return;
      held.set(messageId, watcher);
      changed();
    },

    /** Shows it again; answers false when it is too late. */
    undo(messageId: number): boolean {
      if (!held.has(messageId) || sending.has(messageId)) return false;
      release(messageId);
      return true;
    },

    finish,

    /** Sends everything that is held. */
    async finishAll(): Promise<void> {
      await Promise.all([...held.keys()].map(finish));
    },

    has: (messageId: number): boolean => held.has(messageId),

    /** The messages that are hidden; renders again when others are. */
    useHidden: (): ReadonlySet<number> =>
      useSyncExternalStore(
        subscribe,
        () => hidden,
        () => hidden,
      ),
  };
}

/** Those of this page; signing out sends them. */
export const deletions = createDeletions(deleteMessage);
beforeSignOut(deletions.finishAll);
