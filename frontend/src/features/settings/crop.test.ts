import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { moved, squareOf, startView, ZOOM_MAX, zoomed } from "./crop";

const WIDE = { width: 800, height: 600 };

describe("the square of a picture", () => {
  it("begins as the largest in the middle", () => {
    expect(squareOf(WIDE, startView(WIDE))).toEqual({ left: 100, top: 0, side: 600 });
    const tall = { width: 300, height: 900 };
    expect(squareOf(tall, startView(tall))).toEqual({ left: 0, top: 300, side: 300 });
  });

  it("moves by parts of its edge, up to the picture's own", () => {
    const view = moved(WIDE, startView(WIDE), 0.1, 0.1);
    expect(squareOf(WIDE, view)).toEqual({ left: 160, top: 0, side: 600 });
    expect(squareOf(WIDE, moved(WIDE, view, 5, 0)).left).toBe(200);
  });

  it("zooms about its middle, and is pushed in when it grows again", () => {
    const near = zoomed(WIDE, startView(WIDE), 2);
    expect(squareOf(WIDE, near)).toEqual({ left: 250, top: 150, side: 300 });
    const corner = moved(WIDE, near, -9, -9);
    expect(squareOf(WIDE, corner)).toEqual({ left: 0, top: 0, side: 300 });
    expect(squareOf(WIDE, zoomed(WIDE, corner, 1))).toEqual({ left: 0, top: 0, side: 600 });
    expect(zoomed(WIDE, near, 99).zoom).toBe(ZOOM_MAX);
    expect(zoomed(WIDE, near, 0).zoom).toBe(1);
  });

  it("never leaves the picture", () => {
    const part = fc.double({ min: -3, max: 3, noNaN: true });
    const step = fc.oneof(
      fc.record({ right: part, down: part }),
      fc.record({ zoom: fc.double({ min: 0, max: 9, noNaN: true }) }),
    );
    const edge = fc.integer({ min: 1, max: 5000 });
    const image = fc.record({ width: edge, height: edge });
    fc.assert(
      fc.property(image, fc.array(step, { maxLength: 20 }), (size, steps) => {
        let view = startView(size);
        for (const each of steps) {
          view =
            "zoom" in each
              ? zoomed(size, view, each.zoom)
              : moved(size, view, each.right, each.down);
          const { left, top, side } = squareOf(size, view);
          const slack = 1e-6;
          expect(side).toBeGreaterThan(0);
          expect(left).toBeGreaterThanOrEqual(-slack);
          expect(top).toBeGreaterThanOrEqual(-slack);
          expect(left + side).toBeLessThanOrEqual(size.width + slack);
          expect(top + side).toBeLessThanOrEqual(size.height + slack);
        }
      }),
    );
  });
});
