import { describe, expect, it } from "vitest";
import { anchorIndex, distances, Gate, isAtTail, LOAD_AHEAD_PX } from "./anchor";

describe("anchorIndex", () => {
  const bottoms = [-500, -20, 60, 340, 500, 900];
  const at = (middle: number) =>
    anchorIndex(bottoms.length, (index) => bottoms[index] ?? 0, middle);

  it("finds the row across the middle of the viewport", () => {
    expect(at(300)).toBe(3);
    expect(at(340)).toBe(3);
    expect(at(341)).toBe(4);
  });

  it("takes the first or the last row where the middle is outside of them", () => {
    expect(at(-9000)).toBe(0);
    expect(at(9000)).toBe(5);
  });

  it("finds nothing among no rows", () => {
    expect(anchorIndex(0, () => 0, 10)).toBe(-1);
  });

  it("looks at few rows of many", () => {
    let looks = 0;
    anchorIndex(
      300,
      (index) => {
        looks += 1;
        return index * 40;
      },
      6000,
    );
    expect(looks).toBeLessThan(12);
  });
});

it("is at the tail only where the newest row is", () => {
  expect(isAtTail(0)).toBe(true);
  expect(isAtTail(-3)).toBe(true);
  expect(isAtTail(-40)).toBe(false);
});

it("measures from scrollTop that is negative above the tail", () => {
  expect(distances({ scrollTop: -300, scrollHeight: 2000, clientHeight: 600 })).toEqual({
    above: 1100,
    below: 300,
  });
});

describe("Gate", () => {
  it("passes once per page", () => {
    const gate = new Gate();
    expect(gate.pass(100)).toBe(true);
    expect(gate.pass(50)).toBe(false);
    gate.rearm();
    expect(gate.pass(50)).toBe(true);
  });

  it("passes again after the zone was left", () => {
    const gate = new Gate();
    gate.pass(0);
    expect(gate.pass(LOAD_AHEAD_PX)).toBe(false);
    expect(gate.pass(LOAD_AHEAD_PX - 1)).toBe(true);
  });
});
