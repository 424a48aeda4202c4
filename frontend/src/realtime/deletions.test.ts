import { describe, expect, it, vi } from "vitest";
import { createDeletions } from "./deletions";

describe("a deletion", () => {
  it("is told to the server only when it is finished, and once", async () => {
    const send = vi.fn().mockResolvedValue(undefined);
    const deletions = createDeletions(send);
    deletions.hold(7, { failed: vi.fn() });
    expect(deletions.has(7)).toBe(true);
    expect(send).not.toHaveBeenCalled();
    await Promise.all([deletions.finish(7), deletions.finish(7)]);
    await deletions.finish(7);
    expect(send).toHaveBeenCalledExactlyOnceWith(7);
    expect(deletions.has(7)).toBe(false);
  });

  it("that is undone is never told", async () => {
    const send = vi.fn().mockResolvedValue(undefined);
    const deletions = createDeletions(send);
    deletions.hold(7, { failed: vi.fn() });
    expect(deletions.undo(7)).toBe(true);
    await deletions.finish(7);
    await deletions.finishAll();
    expect(send).not.toHaveBeenCalled();
  });

  it("cannot be undone once it is on its way", async () => {
    let answer = () => {};
    const deletions = createDeletions(() => new Promise<void>((resolve) => (answer = resolve)));
    deletions.hold(7, { failed: vi.fn() });
    const done = deletions.finish(7);
    expect(deletions.undo(7)).toBe(false);
    expect(deletions.has(7)).toBe(true);
    answer();
    await done;
    expect(deletions.has(7)).toBe(false);
  });

  it("that is refused shows the message again and says why", async () => {
    const refusal = new Error("no");
    const failed = vi.fn();
    const deletions = createDeletions(() => Promise.reject(refusal));
    deletions.hold(7, { failed });
    deletions.hold(8, { failed: vi.fn() });
    await deletions.finishAll();
    expect(failed).toHaveBeenCalledExactlyOnceWith(refusal);
    expect(deletions.has(7)).toBe(false);
    expect(deletions.has(8)).toBe(false);
  });
});
