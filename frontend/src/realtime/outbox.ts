/**
 * What was written goes out: once, in order, whatever happens in between.
 *
 * A row is stored before it is sent and removed when the server has it, so it survives a reload.
 * Its nonce never changes, and the server keeps nonces for ever: sending again is always safe, so
 * everything that is not a plain refusal leads to sending again. Rows of one room go one after the
 * other; rooms do not wait for each other. A refused row is `failed`, steps aside, and waits for
 * the person. A lock over all tabs lets one of them do the sending; the others show its progress.
 */
import { ApiError } from "../api/error";
import type { Message, ReplyTo, SentFile } from "../api/types";
import { uuidv7 } from "../lib/uuid";
import type { OutboxStorage } from "./outbox-storage";
import type { Clock } from "./socket";
import type { Note } from "./tabs";
import type { Pending } from "./types";

const RETRY_MIN_MS = 1_000;
const RETRY_MAX_MS = 30_000;

/** A row as it is stored: with whose it is. `sending` is not stored: after a reload it is queued. */
export interface StoredPending extends Pending {
  userId: number;
}

export interface OutboxOptions {
  userId: number;
  storage: OutboxStorage;
  clock: Clock;
  random(): number;
  locks: Pick<LockManager, "request"> | undefined;
  /** Sends a message and answers it as it is stored; rejects with `ApiError`. */
  send(row: Pending): Promise<Message>;
  /** A row is new or has changed. */
  onPending(row: Pending): void;
  /** A row is gone without a message: given up, or stored as another tab says. */
  onGone(roomId: number, nonce: string): void;
  /** The server has stored a row. */
  onStored(message: Message): void;
  announce(note: Note): void;
  listen(listener: (note: Note) => void): () => void;
}

export class Outbox {
  readonly #rows = new Map<string, Pending>();
  #isDraining = false;
  #isAskedAgain = false;
  #isRunning = false;
  #failures = 0;
  #timer: unknown = null;
  #stopListening: () => void = () => {};

  constructor(private readonly options: OutboxOptions) {}

  /** Shows what earlier visits left and begins to send. */
  async start(): Promise<void> {
    this.#isRunning = true;
    this.#stopListening = this.options.listen((note) => this.#heard(note));
    for (const row of await this.options.storage.list(this.options.userId)) {
      if (!this.#rows.has(row.nonce)) this.#show(asPending(row));
    }
    this.kick();
  }

  stop(): void {
    this.#isRunning = false;
    this.#stopListening();
    this.options.clock.clearTimeout(this.#timer);
  }

  /** Takes a message; it is shown before this returns. Answers its nonce. */
  add(
    roomId: number,
    body: string,
    replyTo: ReplyTo | null,
    files: readonly SentFile[] = [],
  ): string {
    const now = this.options.clock.now();
    const row: Pending = {
      nonce: uuidv7(now),
      roomId,
      body,
      replyTo,
      files,
      createdAt: now,
      status: "queued",
      error: null,
    };
    this.#show(row);
    void this.#store(row).then(() => this.kick());
    return row.nonce;
  }

  /** Sends a refused row again. */
  retry(nonce: string): void {
    const row = this.#rows.get(nonce);
    if (row?.status !== "failed") return;
    const queued: Pending = { ...row, status: "queued", error: null };
    this.#show(queued);
    void this.#store(queued).then(() => this.kick());
  }

  /** Gives a row up; answers it, null if it is not there (any more). A row on the wire stays. */
  discard(nonce: string): Pending | null {
    const row = this.#rows.get(nonce);
    if (!row || row.status === "sending") return null;
    this.#forget(row);
    return row;
  }

  /** The server has this row: another path (an event, a page) brought its message. */
  confirmed(nonce: string): void {
    const row = this.#rows.get(nonce);
    if (row) this.#forget(row);
  }

  /** How many rows are not sent, refused ones included. */
  async unsent(): Promise<number> {
    return (await this.options.storage.list(this.options.userId)).length;
  }

  /** Drops every row of this person. */
  async clear(): Promise<void> {
    for (const row of this.#rows.values()) this.options.onGone(row.roomId, row.nonce);
    this.#rows.clear();
    await this.options.storage.clear(this.options.userId);
  }

  /** A socket is open, or the network is back: what waits for a next try need not wait. */
  wake(): void {
    this.#failures = 0;
    this.kick();
  }

  /** Sends what can be sent; one run at a time, over all tabs. */
  kick(): void {
    if (!this.#isRunning) return;
    if (this.#isDraining) {
      this.#isAskedAgain = true;
      return;
    }
    this.#isDraining = true;
    this.options.clock.clearTimeout(this.#timer);
    const { locks, userId } = this.options;
    const run = () => this.#drain();
    const done = locks ? locks.request(`parlor.outbox.${userId}`, run) : run();
    void done
      .catch(() => this.#again(0))
      .finally(() => {
        this.#isDraining = false;
        if (this.#isAskedAgain) {
          this.#isAskedAgain = false;
          this.kick();
        }
      });
  }

  async #drain(): Promise<void> {
    if (!this.#isRunning) return;
    const rooms = new Map<number, StoredPending[]>();
    for (const row of await this.options.storage.list(this.options.userId)) {
      if (row.status === "failed") continue;
      rooms.set(row.roomId, [...(rooms.get(row.roomId) ?? []), row]);
    }
    await Promise.all([...rooms.values()].map((rows) => this.#drainRoom(rows)));
  }

  /** Sends the rows of one room in order, until one has to be tried again later. */
  async #drainRoom(rows: readonly StoredPending[]): Promise<void> {
    for (const { nonce } of rows) {
      if (!this.#isRunning) return;
      // It may have been given up, or sent, while the rows before it were on the wire.
      const stored = await this.options.storage.get(nonce);
      if (!stored || stored.status === "failed") continue;
      if (!(await this.#sendOne(asPending(stored)))) return;
    }
  }

  /** Answers whether the next row may go. */
  async #sendOne(row: Pending): Promise<boolean> {
    this.#show({ ...row, status: "sending" });
    try {
      const message = await this.options.send(row);
      this.#failures = 0;
      await this.#remove(row);
      this.options.onStored(message);
      this.#tellGone(row);
      return true;
    } catch (thrown) {
      // An event may have brought it while its reply was lost.
      if (!this.#rows.has(row.nonce)) return true;
      const error = thrown instanceof ApiError ? thrown : new ApiError(0, "network", "");
      if (!isFinal(error)) {
        this.#show({ ...row, status: "queued" });
        this.#again((error.retryAfter ?? 0) * 1000);
        return false;
      }
      const { code, detail } = error;
      const failed: Pending = { ...row, status: "failed", error: { code, detail } };
      this.#show(failed);
      await this.#store(failed);
      return true;
    }
  }

  /** Tries again after a while, longer after each failure, at least as long as the server said. */
  #again(atLeastMs: number): void {
    if (!this.#isRunning) return;
    const most = Math.min(RETRY_MAX_MS, RETRY_MIN_MS * 2 ** this.#failures);
    this.#failures += 1;
    const delay = Math.max(atLeastMs, most / 2 + (this.options.random() * most) / 2);
    this.options.clock.clearTimeout(this.#timer);
    this.#timer = this.options.clock.setTimeout(() => this.kick(), delay);
  }

  #heard(note: Note): void {
    if (note.type === "pending" && note.userId === this.options.userId) {
      this.#rows.set(note.pending.nonce, note.pending);
      this.options.onPending(note.pending);
      // If the tab that sends goes away, the lock comes to this one.
      if (note.pending.status !== "failed") this.kick();
    }
    if (note.type === "pending_gone" && note.userId === this.options.userId) {
      this.#rows.delete(note.nonce);
      this.options.onGone(note.roomId, note.nonce);
    }
  }

  #show(row: Pending): void {
    this.#rows.set(row.nonce, row);
    this.options.onPending(row);
    this.options.announce({ type: "pending", userId: this.options.userId, pending: row });
  }

  #forget(row: Pending): void {
    void this.#remove(row);
    this.options.onGone(row.roomId, row.nonce);
    this.#tellGone(row);
  }

  #tellGone({ roomId, nonce }: Pending): void {
    this.options.announce({ type: "pending_gone", userId: this.options.userId, roomId, nonce });
  }

  async #store(row: Pending): Promise<void> {
    await this.options.storage.put({ ...row, userId: this.options.userId });
  }

  async #remove(row: Pending): Promise<void> {
    this.#rows.delete(row.nonce);
    await this.options.storage.remove(row.nonce);
  }
}

/** Refusals that the same bytes would meet again; everything else is tried again. */
function isFinal(error: ApiError): boolean {
  if (error.code === "storage_full") return true;
  if (error.isTransient || error.status === 401 || error.status === 408) return false;
  return true;
}

function asPending({ userId: _userId, ...row }: StoredPending): Pending {
  return row.status === "sending" ? { ...row, status: "queued" } : row;
}
