import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Placement, place } from "./place";

const VIEWPORT = { width: 1000, height: 800 };
const PANEL = { width: 200, height: 300 };

describe("place", () => {
  it("hangs under the anchor, at the wished edge", () => {
    const anchor = { left: 400, top: 100, width: 100, height: 40 };
    expect(place(anchor, PANEL, VIEWPORT, "bottom-start")).toMatchObject({ left: 400, top: 146 });
    expect(place(anchor, PANEL, VIEWPORT, "bottom-end")).toMatchObject({ left: 300, top: 146 });
    expect(place(anchor, PANEL, VIEWPORT, "bottom-center")).toMatchObject({ left: 350, top: 146 });
    expect(place(anchor, PANEL, VIEWPORT, "bottom-start", true)).toMatchObject({ left: 300 });
  });

  it("goes to the other side where there is more room", () => {
    const anchor = { left: 400, top: 740, width: 100, height: 40 };
    expect(place(anchor, PANEL, VIEWPORT, "bottom-start").top).toBe(740 - 6 - 300);
  });

  it("stays where it was wished when the other side is no better, and gets shorter", () => {
    const anchor = { left: 400, top: 300, width: 100, height: 40 };
    const tall = { width: 200, height: 2000 };
    expect(place(anchor, tall, VIEWPORT, "bottom-start")).toMatchObject({
      top: 346,
      maxHeight: 446,
    });
  });

  it("never leaves a viewport that it fits in", () => {
    const side = fc.constantFrom<Placement>(
      "top-start",
      "top-center",
      "top-end",
      "bottom-start",
      "bottom-end",
    );
    const anchors = fc.record({
      left: fc.integer({ min: 0, max: 960 }),
      top: fc.integer({ min: 0, max: 760 }),
      width: fc.integer({ min: 1, max: 40 }),
      height: fc.integer({ min: 1, max: 40 }),
    });
    fc.assert(
      fc.property(anchors, side, (anchor, wish) => {
        const { left, top, maxHeight } = place(anchor, PANEL, VIEWPORT, wish);
        const height = Math.min(PANEL.height, maxHeight);
        expect(left).toBeGreaterThanOrEqual(8);
        expect(left + PANEL.width).toBeLessThanOrEqual(992);
        expect(top).toBeGreaterThanOrEqual(8);
        expect(top + height).toBeLessThanOrEqual(792);
      }),
    );
  });
});
