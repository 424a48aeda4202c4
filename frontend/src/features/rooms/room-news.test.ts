import { expect, it } from "vitest";
import { IDLE } from "../../realtime/initial";
import { room } from "../../realtime/testing/fixtures";
import { isNews } from "./room-news";

const own = room({ id: 1 });
const direct = room({ id: 9, kind: "direct" });
const before: Parameters<typeof isNews>[0] = {
  rooms: { 1: own, 9: direct },
  counts: { 1: 1, 2: 3, 7: 1, 9: 2 },
  connection: { ...IDLE, phase: "open" },
};
/** A page that lists the first three of four rooms. */
const listed = new Set([1, 2, 3]);
const news = (patch: Partial<typeof before>) => isNews({ ...before, ...patch }, before, listed);

it("is a room that was never told of", () => {
  expect(news({ counts: { ...before.counts, 5: 1 } })).toBe(true);
  expect(news({ rooms: { ...before.rooms, 5: room({ id: 5 }) } })).toBe(true);
  expect(news({ rooms: { ...before.rooms, 5: room({ id: 5, kind: "direct" }) } })).toBe(false);
});

it("is no other count of a room, wherever that is listed", () => {
  expect(news({})).toBe(false);
  expect(news({ counts: { ...before.counts, 1: 5, 2: 1, 3: 1, 7: 0, 9: 0 } })).toBe(false);
});

it("is a listed room that nobody is in any longer, or that was one's own", () => {
  expect(news({ counts: { ...before.counts, 2: 0 } })).toBe(true);
  expect(news({ rooms: { 9: direct } })).toBe(true);
  expect(news({ rooms: { 1: own } })).toBe(false);
});

it("is a socket after another, which does not say what was missed", () => {
  expect(isNews(before, { ...before, connection: IDLE }, listed)).toBe(true);
});
