import { render, screen } from "@testing-library/react";
import { encode } from "uqr";
import { describe, expect, it } from "vitest";
import { pathOf, QrCode } from "./QrCode";

const URI = "otpauth://totp/Parlor:ines?secret=ABCDEFGHIJKLMNOP&issuer=Parlor";

/** The modules that a path of `pathOf` fills, by "x,y". */
function filled(path: string): Set<string> {
  const cells = new Set<string>();
  for (const [, x, y, width, back] of path.matchAll(/M(\d+) (\d+)h(\d+)v1H(\d+)z/g)) {
    expect(back).toBe(x);
    for (let at = 0; at < Number(width); at += 1) cells.add(`${Number(x) + at},${y}`);
  }
  return cells;
}

describe("a QR code", () => {
  it("fills exactly the dark modules", () => {
    const { data } = encode(URI);
    const dark = data.flatMap((row, y) => row.flatMap((cell, x) => (cell ? [`${x},${y}`] : [])));
    expect(filled(pathOf(data))).toEqual(new Set(dark));
    expect(pathOf([[false]])).toBe("");
  });

  it("has its words, and white around it", () => {
    render(<QrCode text={URI} label="QR code" />);
    const picture = screen.getByRole("img", { name: "QR code" });
    const cells = filled(picture.querySelector("path")?.getAttribute("d") ?? "");
    const size = Number(picture.getAttribute("viewBox")?.split(" ")[2]);
    for (const cell of cells) {
      for (const at of cell.split(",").map(Number)) {
        expect(at).toBeGreaterThanOrEqual(4);
        expect(at).toBeLessThan(size - 4);
      }
    }
    expect(cells.size).toBeGreaterThan(200);
  });
});
