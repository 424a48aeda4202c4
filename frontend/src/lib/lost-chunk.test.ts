import { afterEach, describe, expect, it, vi } from "vitest";
import { reloadOnLostChunk } from "./lost-chunk";

afterEach(() => sessionStorage.clear());

describe("a chunk that is gone", () => {
  it("loads the page anew, once in a while and not in a loop", () => {
    const target = new EventTarget();
    const reload = vi.fn();
    let now = 1_000_000;
    reloadOnLostChunk(target, reload, () => now);
    const lose = () => {
      const event = new Event("vite:preloadError", { cancelable: true });
      target.dispatchEvent(event);
      return event.defaultPrevented;
    };
    expect(lose()).toBe(true);
    expect(reload).toHaveBeenCalledOnce();
    now += 5_000;
    expect(lose()).toBe(false);
    expect(reload).toHaveBeenCalledOnce();
    now += 60_000;
    expect(lose()).toBe(true);
    expect(reload).toHaveBeenCalledTimes(2);
  });
});
