/**
 * From actions to the store. Events of the server are queued and applied together, once per
 * animation frame (a hidden page has none: after 250 ms). Everything else is applied at once, with
 * the queue before it, so that the order in which things came is the order in which they count.
 *
 * A flood that takes longer to draw than a frame is drawn less often, so that the page still
 * answers whoever uses it: for every millisecond of drawing there are {@link REST} of rest.
 */
import type { StoreApi } from "zustand/vanilla";
import { type Action, type Effect, reduce } from "./reducer";
import type { State } from "./types";

const HIDDEN_MS = 250;
/** What is drawn within most of a frame of 60 in a second is drawn with each. */
const FRAME_MS = 12;
const REST = 8;
const REST_MAX_MS = 400;
/** So many actions in one frame are no flood, however slow the page is. */
const FEW = 8;

export class ActionQueue {
  #queue: Action[] = [];
  #frame: number | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #rest: ReturnType<typeof setTimeout> | undefined;
  /** What was applied is being drawn. */
  #isDrawing = false;
  /** By `performance.now()`: nothing is drawn before. */
  #restUntil = 0;

  constructor(
    private readonly store: StoreApi<State>,
    private readonly onEffects: (effects: readonly Effect[]) => void,
  ) {}

  /** Applies an action with the next frame. */
  enqueue(action: Action): void {
    this.#queue.push(action);
    if (this.#timer !== null) return;
    // A page that is hidden before its next frame would wait for it until it is shown again.
    this.#timer = setTimeout(() => this.flush(), HIDDEN_MS + this.#restLeft());
    if (!this.#isDrawing) this.#plan();
  }

  #restLeft(): number {
    return Math.max(0, this.#restUntil - performance.now());
  }

  #plan(): void {
    if (typeof requestAnimationFrame !== "function" || document.visibilityState !== "visible")
      return;
    const rest = this.#restLeft();
    if (rest > 0) this.#rest = setTimeout(() => this.#draw(), rest);
    else this.#draw();
  }

  #draw(): void {
    this.#frame = requestAnimationFrame(() => {
      const began = performance.now();
      const isFlood = this.#queue.length > FEW;
      this.flush();
      this.#isDrawing = true;
      // After the frame, with all that it led to.
      setTimeout(() => {
        const ended = performance.now();
        const took = ended - began;
        const rest = isFlood && took > FRAME_MS ? Math.min(REST_MAX_MS, took * REST) : 0;
        this.#restUntil = ended + rest;
        this.#isDrawing = false;
        if (this.#timer !== null) this.#plan();
      });
    });
  }

  /** Applies an action now. */
  dispatch(action: Action): void {
    this.#queue.push(action);
    this.flush();
  }

  /** Applies what waits; the store changes once. */
  flush(): void {
    if (this.#frame !== null) cancelAnimationFrame(this.#frame);
    if (this.#timer !== null) clearTimeout(this.#timer);
    clearTimeout(this.#rest);
    this.#frame = this.#timer = null;
    if (this.#queue.length === 0) return;
    const actions = this.#queue;
    this.#queue = [];
    const before = this.store.getState();
    let state = before;
    const effects: Effect[] = [];
    for (const action of actions) {
      const result = reduce(state, action);
      state = result.state;
      effects.push(...result.effects);
    }
    if (state !== before) this.store.setState(state, true);
    if (effects.length > 0) this.onEffects(effects);
  }

  /** Drops what waits. */
  clear(): void {
    this.#queue = [];
    this.flush();
  }
}
