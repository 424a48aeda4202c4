/**
 * The browser's own database: the outbox and the last visit, each row under the person it belongs
 * to. Whispers and tokens are never written here.
 */
import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { Snapshot } from "./cache";
import type { StoredPending } from "./outbox";

interface Schema extends DBSchema {
  outbox: { key: string; value: StoredPending; indexes: { userId: number } };
  snapshots: { key: number; value: Snapshot };
}

export type Database = IDBPDatabase<Schema>;

const NAME = "parlor";
const VERSION = 1;

/** Opens it; rejects where the browser has none to give (a private window, a full disk). */
export function openDatabase(): Promise<Database> {
  return openDB<Schema>(NAME, VERSION, {
    upgrade(database) {
      const outbox = database.createObjectStore("outbox", { keyPath: "nonce" });
      outbox.createIndex("userId", "userId");
      database.createObjectStore("snapshots", { keyPath: "userId" });
    },
    // A newer tab wants to change the shape: let it, this one goes on in memory.
    blocking(_current, _blocked, event) {
      (event.target as IDBDatabase).close();
    },
  });
}
