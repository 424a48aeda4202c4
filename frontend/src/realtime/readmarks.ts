/**
 * What was read: told to the server at most every 2 s per batch and only forward; to the other tabs
 * at once. A mark that could not be told is kept until it can.
 */
import type { Clock } from "./socket";

const BATCH_MS = 2_000;
const AGAIN_MS = 10_000;

interface ReadMarksOptions {
  clock: Clock;
  /** Tells the server; rejects when it could not. */
  send(roomId: number, seq: number): Promise<unknown>;
}

export class ReadMarks {
  readonly #untold = new Map<number, number>();
  readonly #told = new Map<number, number>();
  #timer: unknown = null;

  constructor(private readonly options: ReadMarksOptions) {}

  /** Everything up to `seq` was read. Answers whether that is news. */
  mark(roomId: number, seq: number): boolean {
    const known = Math.max(this.#untold.get(roomId) ?? 0, this.#told.get(roomId) ?? 0);
    if (seq <= known) return false;
    this.#untold.set(roomId, seq);
    this.#timer ??= this.options.clock.setTimeout(() => this.flush(), BATCH_MS);
    return true;
  }

  /** The server or another tab knows this mark already. */
  known(roomId: number, seq: number): void {
    if (seq > (this.#told.get(roomId) ?? 0)) this.#told.set(roomId, seq);
    if ((this.#untold.get(roomId) ?? Number.POSITIVE_INFINITY) <= seq) this.#untold.delete(roomId);
  }

  /** Tells what was not told yet: by the timer, when a socket opens, when the page goes away. */
  flush(): void {
    this.#cancel();
    for (const [roomId, seq] of this.#untold) {
      this.#untold.delete(roomId);
      this.options.send(roomId, seq).then(
        () => this.known(roomId, seq),
        () => this.#keep(roomId, seq),
      );
    }
  }

  stop(): void {
    this.#cancel();
    this.#untold.clear();
    this.#told.clear();
  }

  #keep(roomId: number, seq: number): void {
    if (seq <= (this.#told.get(roomId) ?? 0)) return;
    this.#untold.set(roomId, Math.max(seq, this.#untold.get(roomId) ?? 0));
    this.#timer ??= this.options.clock.setTimeout(() => this.flush(), AGAIN_MS);
  }

  #cancel(): void {
    if (this.#timer !== null) this.options.clock.clearTimeout(this.#timer);
    this.#timer = null;
  }
}
