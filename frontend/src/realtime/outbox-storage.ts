/** Where the outbox keeps its rows: IndexedDB, or memory where there is none. */
import type { Database } from "./database";
import type { StoredPending } from "./outbox";

export interface OutboxStorage {
  /** The rows of one person, in the order of writing (by nonce). */
  list(userId: number): Promise<StoredPending[]>;
  get(nonce: string): Promise<StoredPending | undefined>;
  put(row: StoredPending): Promise<void>;
  remove(nonce: string): Promise<void>;
  clear(userId: number): Promise<void>;
}

/** Survives a reload, and is seen by every tab. Falls back to memory as a whole. */
export function outboxStorage(opening: Promise<Database>): OutboxStorage {
  const chosen = opening.then(inDatabase, () => inMemory());
  return {
    list: async (userId) => (await chosen).list(userId),
    get: async (nonce) => (await chosen).get(nonce),
    put: async (row) => (await chosen).put(row),
    remove: async (nonce) => (await chosen).remove(nonce),
    clear: async (userId) => (await chosen).clear(userId),
  };
}

function inMemory(): OutboxStorage {
  const rows = new Map<string, StoredPending>();
  const of = (userId: number) => [...rows.values()].filter((row) => row.userId === userId);
  return {
    list: async (userId) => of(userId).sort(byNonce),
    get: async (nonce) => rows.get(nonce),
    put: async (row) => void rows.set(row.nonce, row),
    remove: async (nonce) => void rows.delete(nonce),
    clear: async (userId) => {
      for (const row of of(userId)) rows.delete(row.nonce);
    },
  };
}

function inDatabase(database: Database): OutboxStorage {
  return {
    list: async (userId) => (await database.outboxOf(userId)).sort(byNonce),
    get: (nonce) => database.get("outbox", nonce),
    put: (row) => database.put("outbox", row),
    remove: (nonce) => database.delete("outbox", nonce),
    clear: (userId) => database.clearOutbox(userId),
  };
}

function byNonce(a: StoredPending, b: StoredPending): number {
  return a.nonce < b.nonce ? -1 : 1;
}
