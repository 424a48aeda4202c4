import { beforeEach, describe, expect, it, vi } from "vitest";
import { ReadMarks } from "./readmarks";
import { FakeClock } from "./testing/fake-clock";

let clock: FakeClock;
const send = vi.fn<(roomId: number, seq: number) => Promise<unknown>>();
let marks: ReadMarks;

beforeEach(() => {
  clock = new FakeClock();
  send.mockReset();
  send.mockResolvedValue(undefined);
  marks = new ReadMarks({ clock, send });
});

describe("read marks", () => {
  it("are told once per 2 s, the farthest of each room", async () => {
    for (const seq of [1, 2, 3, 2]) marks.mark(5, seq);
    marks.mark(6, 9);
    await clock.advance(1_999);
    expect(send).not.toHaveBeenCalled();
    await clock.advance(1);
    expect(send.mock.calls).toEqual([
      [5, 3],
      [6, 9],
    ]);
    await clock.advance(60_000);
    expect(send).toHaveBeenCalledTimes(2);
  });

  it("never go back, and are not told twice", async () => {
    expect(marks.mark(5, 3)).toBe(true);
    await clock.advance(2_000);
    expect(marks.mark(5, 3)).toBe(false);
    expect(marks.mark(5, 2)).toBe(false);
    await clock.advance(10_000);
    expect(send).toHaveBeenCalledOnce();
  });

  it("are kept while they cannot be told", async () => {
    send.mockRejectedValueOnce(new Error("no network"));
    marks.mark(5, 3);
    await clock.advance(2_000);
    marks.mark(5, 4);
    await clock.advance(10_000);
    expect(send.mock.calls).toEqual([
      [5, 3],
      [5, 4],
    ]);
  });

  it("that another device made need no telling", async () => {
    marks.mark(5, 3);
    marks.known(5, 4);
    await clock.advance(2_000);
    expect(send).not.toHaveBeenCalled();
  });
});
