/** Tells a room that the person is typing: every 3 s while they do, and when they stop. */
import type { Clock } from "./socket";

/** The server takes one start per 3 s. */
const REPEAT_MS = 3_000;
/** After this long the others have forgotten it by themselves. */
const EXPIRES_MS = 6_000;

export class TypingOut {
  readonly #startedAt = new Map<number, number>();

  constructor(
    private readonly clock: Clock,
    private readonly send: (type: "typing.start" | "typing.stop", roomId: number) => void,
  ) {}

  /** A key was pressed. */
  typed(roomId: number): void {
    const now = this.clock.now();
    if (now - (this.#startedAt.get(roomId) ?? Number.NEGATIVE_INFINITY) < REPEAT_MS) return;
    this.#startedAt.set(roomId, now);
    this.send("typing.start", roomId);
  }

  /** The text was emptied, or the room left. */
  stopped(roomId: number): void {
    const started = this.#startedAt.get(roomId);
    this.#startedAt.delete(roomId);
    if (started === undefined || this.clock.now() - started > EXPIRES_MS) return;
    this.send("typing.stop", roomId);
  }

  /** A message ends it by itself: the others need no word about it. */
  sent(roomId: number): void {
    this.#startedAt.delete(roomId);
  }
}
