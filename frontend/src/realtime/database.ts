/**
 * The browser's own database: the outbox and the last visit, each row under the person it belongs
 * to. Whispers and tokens are never written here.
 */
import type { Snapshot } from "./cache";
import type { StoredPending } from "./outbox";

interface Rows {
  outbox: StoredPending;
  snapshots: Snapshot;
}
type Table = keyof Rows;

const NAME = "parlor";
const VERSION = 1;

/** Opens it; rejects where the browser has none to give (a private window, a full disk). */
export function openDatabase(): Promise<Database> {
  const request = indexedDB.open(NAME, VERSION);
  request.onupgradeneeded = () => {
    const outbox = request.result.createObjectStore("outbox", { keyPath: "nonce" });
    outbox.createIndex("userId", "userId");
    request.result.createObjectStore("snapshots", { keyPath: "userId" });
  };
  return settled(request).then((opened) => new Database(opened));
}

/** Its rows, each call a transaction of its own; every call rejects where the browser refuses. */
export class Database {
  constructor(private readonly opened: IDBDatabase) {
    // A newer tab wants to change the shape: let it, this one goes on in memory.
    opened.onversionchange = () => opened.close();
  }

  get<T extends Table>(table: T, key: IDBValidKey): Promise<Rows[T] | undefined> {
    return settled(this.table(table, "readonly").get(key));
  }

  async put<T extends Table>(table: T, row: Rows[T]): Promise<void> {
    const store = this.table(table, "readwrite");
    store.put(row);
    await committed(store.transaction);
  }

  async delete(table: Table, key: IDBValidKey): Promise<void> {
    const store = this.table(table, "readwrite");
    store.delete(key);
    await committed(store.transaction);
  }

  /** What somebody has not sent yet, in no order. */
  outboxOf(userId: number): Promise<StoredPending[]> {
    return settled(this.table("outbox", "readonly").index("userId").getAll(userId));
  }

  async clearOutbox(userId: number): Promise<void> {
    const store = this.table("outbox", "readwrite");
    const keys = store.index("userId").getAllKeys(userId);
    keys.onsuccess = () => {
      for (const key of keys.result) store.delete(key);
    };
    await committed(store.transaction);
  }

  close(): void {
    this.opened.close();
  }

  private table(name: Table, mode: IDBTransactionMode): IDBObjectStore {
    return this.opened.transaction(name, mode).objectStore(name);
  }
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function committed(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onerror = () => reject(transaction.error);
    transaction.onabort = () => reject(transaction.error);
  });
}
