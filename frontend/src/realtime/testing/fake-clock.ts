import type { Clock } from "../socket";

/** A clock that stands still until it is moved. */
export class FakeClock implements Clock {
  #now = 1_700_000_000_000;
  #next = 1;
  readonly #timers = new Map<number, { at: number; task: () => void }>();

  now(): number {
    return this.#now;
  }

  setTimeout(task: () => void, ms: number): number {
    const id = this.#next++;
    this.#timers.set(id, { at: this.#now + ms, task });
    return id;
  }

  clearTimeout(timer: unknown): void {
    this.#timers.delete(timer as number);
  }

  /** Lets time go by, timers in their order, with room for what they leave to promises. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settled();
    for (;;) {
      const due = [...this.#timers]
        .filter(([, { at }]) => at <= end)
        .sort((a, b) => a[1].at - b[1].at);
      const [first] = due;
      if (!first) break;
      const [id, { at, task }] = first;
      this.#timers.delete(id);
      this.#now = Math.max(this.#now, at);
      task();
      await settled();
    }
    this.#now = end;
  }

  /** How many timers are running. */
  get size(): number {
    return this.#timers.size;
  }
}

/** Lets promises that are done do what follows. */
export async function settled(): Promise<void> {
  for (let round = 0; round < 20; round += 1) await Promise.resolve();
}
