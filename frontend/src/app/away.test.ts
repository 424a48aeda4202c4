import { afterEach, beforeEach, expect, it, vi } from "vitest";
import * as store from "../realtime/store";
import { me, stateWith } from "../realtime/testing/fixtures";
import type { Presence } from "../realtime/types";
import { watchAway } from "./away";

vi.mock(import("../realtime/store"), async (original) => {
  const real = await original();
  return {
    ...real,
    setPresence: vi.fn(async (presence: Presence) => {
      real.store.setState({ session: { status: "signed_in", me: me({ presence }) } });
    }),
  };
});

const MINUTE = 60_000;
let stop = () => {};

beforeEach(() => {
  vi.useFakeTimers();
  vi.clearAllMocks();
  localStorage.clear();
  store.store.setState(stateWith([]), true);
  stop = watchAway();
});

afterEach(() => {
  stop();
  vi.useRealTimers();
});

const key = () => window.dispatchEvent(new KeyboardEvent("keydown"));

it("says away after five minutes without input, and back with the next key", async () => {
  await vi.advanceTimersByTimeAsync(4 * MINUTE);
  key();
  await vi.advanceTimersByTimeAsync(4.5 * MINUTE);
  expect(store.setPresence).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(MINUTE);
  expect(store.setPresence).toHaveBeenCalledExactlyOnceWith("away");
  key();
  expect(store.setPresence).toHaveBeenLastCalledWith("online");
});

it("counts input in another tab", async () => {
  await vi.advanceTimersByTimeAsync(4 * MINUTE);
  localStorage.setItem("parlor.active", String(Date.now()));
  await vi.advanceTimersByTimeAsync(4 * MINUTE);
  expect(store.setPresence).not.toHaveBeenCalled();
});

it.each(["offline", "busy"] as const)(
  "does not take back %s, chosen elsewhere",
  async (presence) => {
    await vi.advanceTimersByTimeAsync(6 * MINUTE);
    expect(store.setPresence).toHaveBeenCalledExactlyOnceWith("away");
    store.store.setState({ session: { status: "signed_in", me: me({ presence }) } });
    key();
    await vi.advanceTimersByTimeAsync(MINUTE);
    key();
    expect(store.setPresence).toHaveBeenCalledOnce();
  },
);

it("leaves what was chosen alone", async () => {
  store.store.setState({ session: { status: "signed_in", me: me({ presence: "busy" }) } });
  await vi.advanceTimersByTimeAsync(10 * MINUTE);
  key();
  expect(store.setPresence).not.toHaveBeenCalled();
});
