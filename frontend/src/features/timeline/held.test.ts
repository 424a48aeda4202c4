import { describe, expect, it } from "vitest";
import { ANTON, INES, message } from "../../realtime/testing/fixtures";
import { countNewAfter, shouldHold, visibleRows } from "./held";

const rows = [1, 2, 3, 4].map((seq) => message(seq, { author: seq === 3 ? INES : ANTON }));

describe("visibleRows", () => {
  it("answers the very same rows while nothing is held back", () => {
    expect(visibleRows(rows, null, INES.id)).toBe(rows);
    expect(visibleRows(rows, 4, INES.id)).toBe(rows);
  });

  it("holds back what others said since, and shows what one said oneself", () => {
    expect(visibleRows(rows, 1, INES.id).map(({ seq }) => seq)).toEqual([1, 3]);
  });
});

describe("shouldHold", () => {
  const reading = { isAtTail: false, isMoving: false, below: 2000, height: 600 };

  it("holds more than a screen above the tail, and while the list moves", () => {
    expect(shouldHold(reading)).toBe(true);
    expect(shouldHold({ ...reading, below: 300 })).toBe(false);
    expect(shouldHold({ ...reading, below: 300, isMoving: true })).toBe(true);
  });

  it("never holds at the tail", () => {
    expect(shouldHold({ isAtTail: true, isMoving: true, below: 0, height: 600 })).toBe(false);
  });
});

describe("countNewAfter", () => {
  it("counts what others wrote, not notes, not deleted messages, not one's own", () => {
    const more = [
      ...rows,
      message(5, { author: ANTON, kind: "joined", body: null }),
      message(6, { author: ANTON, deleted_at: "2026-11-16T10:00:00Z", body: null }),
    ];
    expect(countNewAfter(more, 1, INES.id)).toBe(2);
    expect(countNewAfter(more, 4, INES.id)).toBe(0);
  });
});
