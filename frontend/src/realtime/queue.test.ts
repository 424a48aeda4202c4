import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createStore } from "zustand/vanilla";
import { ActionQueue } from "./queue";
import { created, message, stateWith } from "./testing/fixtures";
import type { State } from "./types";

const FRAME = 16;
/** How long each change takes to draw, ms. */
let drawing = 0;
let draws = 0;
let seq = 1;
let queue: ActionQueue;

beforeEach(() => {
  vi.useFakeTimers();
  const store = createStore<State>(() => stateWith([message(1)]));
  [drawing, draws, seq] = [0, 0, 1];
  let spent = 0;
  vi.spyOn(performance, "now").mockImplementation(() => Date.now() + spent);
  store.subscribe(() => {
    draws += 1;
    spent += drawing;
  });
  queue = new ActionQueue(store, () => undefined);
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** Lets a message come every `ms` for a second; answers how often something was drawn. */
async function flood(ms: number): Promise<number> {
  for (let n = 0; n < 1000 / ms; n += 1) {
    seq += 1;
    queue.enqueue(created(message(seq)));
    await vi.advanceTimersByTimeAsync(ms);
  }
  return draws;
}

it("draws what comes with the next frame, all of it together", async () => {
  expect(await flood(1)).toBeGreaterThan(1000 / FRAME - 10);
});

it("rests eight times as long as a flood takes to draw, and never over 0.4 s", async () => {
  drawing = 20;
  const often = await flood(1);
  expect(often).toBeGreaterThanOrEqual(5);
  expect(often).toBeLessThan(8);
  drawing = 1000;
  draws = 0;
  expect(await flood(1)).toBeGreaterThanOrEqual(2);
});

it("lets nobody wait for a page that is merely slow", async () => {
  drawing = 30;
  expect(await flood(50)).toBe(20);
});

it("does not let what one does oneself wait", async () => {
  drawing = 100;
  queue.enqueue(created(message(2)));
  await vi.advanceTimersByTimeAsync(2 * FRAME);
  queue.enqueue(created(message(3)));
  expect(draws).toBe(1);
  queue.dispatch(created(message(4)));
  expect(draws).toBe(2);
});
