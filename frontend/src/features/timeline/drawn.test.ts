import { expect, it } from "vitest";
import { message } from "../../realtime/testing/fixtures";
import { drawnRows, follow, reach, screenful } from "./drawn";

const rows = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, n) => message(from + n));
const SCREEN = 30;
const at = (seen: number, isTail = true, kept: number | null = null) => ({
  seen,
  isTail,
  screen: SCREEN,
  kept,
});

it("begins with a screen of the newest rows", () => {
  expect(screenful(780)).toBe(SCREEN);
  expect(follow(null, rows(1, 300), at(0))).toBe(271);
  expect(drawnRows(rows(1, 300), 271)).toHaveLength(SCREEN);
  expect(follow(null, rows(1, 30), at(0))).toBeNull();
});

it("draws all that come while they are few", () => {
  expect(follow(271, rows(2, 301), at(300))).toBe(271);
  expect(follow(271, rows(31, 330), at(300))).toBe(271);
});

it("draws of a flood what stays on the screen", () => {
  expect(follow(271, rows(201, 500), at(300))).toBe(471);
});

it("lets go of rows far above the tail, and keeps two screens", () => {
  expect(follow(271, rows(121, 420), at(419))).toBe(271);
  expect(follow(270, rows(121, 420), at(419))).toBe(361);
});

it("keeps the row that has the focus or is being edited, with some before it", () => {
  expect(follow(271, rows(201, 500), at(300, true, 280))).toBe(268);
  expect(follow(271, rows(201, 500), at(300, true, 480))).toBe(471);
  expect(follow(271, rows(1, 300), at(300, true, 5))).toBeNull();
});

it("takes nothing from whoever reads above the tail", () => {
  expect(follow(50, rows(1, 300), at(100, false))).toBe(50);
  expect(follow(null, rows(1, 300), at(0, false))).toBeNull();
});

it("knows when all that is held is drawn", () => {
  expect(follow(271, rows(271, 300), at(300))).toBeNull();
  expect(follow(271, rows(290, 300), at(300))).toBeNull();
  expect(follow(271, [], at(300))).toBe(271);
});

it("reaches a row with some before it, and the first ones altogether", () => {
  expect(reach(270, rows(1, 300))).toBe(258);
  expect(reach(13, rows(1, 300))).toBeNull();
  expect(reach(14, rows(1, 300))).toBe(2);
});
