/**
 * From actions to the store. Events of the server are queued and applied together, once per
 * animation frame (a hidden page has none: after 250 ms). Everything else is applied at once, with
 * the queue before it, so that the order in which things came is the order in which they count.
 */
import type { StoreApi } from "zustand/vanilla";
import { type Action, type Effect, reduce } from "./reducer";
import type { State } from "./types";

const HIDDEN_MS = 250;

export class ActionQueue {
  #queue: Action[] = [];
  #frame: number | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(
    private readonly store: StoreApi<State>,
    private readonly onEffects: (effects: readonly Effect[]) => void,
  ) {}

  /** Applies an action with the next frame. */
  enqueue(action: Action): void {
    this.#queue.push(action);
    if (this.#timer !== null) return;
    if (typeof requestAnimationFrame === "function" && document.visibilityState === "visible") {
      this.#frame = requestAnimationFrame(() => this.flush());
    }
    // A page that is hidden before its next frame would wait for it until it is shown again.
    this.#timer = setTimeout(() => this.flush(), HIDDEN_MS);
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
