import { expect, it } from "vitest";
import { nextIndex } from "./menu-keys";

const LABELS = ["Copy link", "Leave", "Close"];
const press = (key: string, index: number, patch = {}) =>
  nextIndex({ key, ctrlKey: false, metaKey: false, altKey: false, ...patch }, index, LABELS);

it("goes round with the arrows and to the ends", () => {
  expect(press("ArrowDown", 0)).toBe(1);
  expect(press("ArrowDown", 2)).toBe(0);
  expect(press("ArrowUp", 0)).toBe(2);
  expect(press("ArrowUp", -1)).toBe(2);
  expect(press("Home", 2)).toBe(0);
  expect(press("End", 0)).toBe(2);
});

it("goes to the next item that begins with the letter", () => {
  expect(press("c", 0)).toBe(2);
  expect(press("C", 2)).toBe(0);
  expect(press("l", -1)).toBe(1);
  expect(press("x", 0)).toBeNull();
});

it("leaves shortcuts and the space bar alone", () => {
  expect(press("c", 0, { ctrlKey: true })).toBeNull();
  expect(press(" ", 0)).toBeNull();
});

it("finds nothing in an empty menu", () => {
  expect(
    nextIndex({ key: "ArrowDown", ctrlKey: false, metaKey: false, altKey: false }, -1, []),
  ).toBeNull();
});
