import { beforeEach, describe, expect, it } from "vitest";
import { type Emoji, type Groups, searchEmoji, toned } from "./data";
import { move, rowsOf } from "./moves";
import { recentEmoji, rememberEmoji, setSkinTone, skinTone } from "./recent";

const TADA: Emoji = ["🎉", "party popper", "celebrate party", "tada"];
const WAVE: Emoji = ["👋", "waving hand", "hello hi", "wave", 1];
const SEA: Emoji = ["🌊", "water wave", "ocean sea", "ocean"];
const TREE: Emoji = ["🎄", "ёлка", "рождество", "christmas_tree"];
const GROUPS: Groups = [
  ["smileys-emotion", [WAVE, TADA]],
  ["travel-places", [SEA, TREE]],
];
const found = (query: string) => searchEmoji(GROUPS, query).map(([emoji]) => emoji);

describe("searchEmoji", () => {
  it("finds by the beginnings of words, codes before names", () => {
    expect(found("wave")).toEqual(["👋", "🌊"]);
    expect(found("party")).toEqual(["🎉"]);
    expect(found("water wave")).toEqual(["🌊"]);
    expect(found("christmas_tree")).toEqual(["🎄"]);
    expect(found("opper")).toEqual([]);
    expect(found("  ")).toEqual([]);
  });

  it("makes no difference between е and ё", () => {
    expect(found("елка")).toEqual(["🎄"]);
  });
});

it("colours only what comes in skin tones", () => {
  expect(toned(WAVE, "🏽")).toBe("👋🏽");
  expect(toned(WAVE, "")).toBe("👋");
  expect(toned(TADA, "🏽")).toBe("🎉");
});

describe("the emoji used last", () => {
  beforeEach(() => localStorage.clear());

  it("begin with the usual ones", () => {
    expect(recentEmoji(3)).toEqual(["👍", "❤️", "🎉"]);
  });

  it("come first, and those on the toolbar keep their places", () => {
    rememberEmoji("🌊");
    expect(recentEmoji(3)).toEqual(["🌊", "👍", "❤️"]);
    rememberEmoji("❤️");
    expect(recentEmoji(3)).toEqual(["🌊", "👍", "❤️"]);
    rememberEmoji("🎄");
    expect(recentEmoji(4)).toEqual(["🎄", "🌊", "👍", "❤️"]);
  });

  it("are not those of a broken note", () => {
    localStorage.setItem("parlor.emoji", "{]");
    expect(recentEmoji(1)).toEqual(["👍"]);
    localStorage.setItem("parlor.emoji.tone", "x");
    expect(skinTone()).toBe("");
    setSkinTone("🏿");
    expect(skinTone()).toBe("🏿");
  });
});

describe("move", () => {
  // Nine, then two; a section of its own with one.
  const rows = rowsOf([[..."abcdefghijk"], ["z"]]);

  it("cuts sections into lines of nine", () => {
    expect(rows.map((row) => row.length)).toEqual([9, 2, 1]);
  });

  it("goes down into shorter lines and stops at the ends", () => {
    expect(move("ArrowDown", null, rows, false)).toEqual([0, 0]);
    expect(move("ArrowDown", [0, 8], rows, false)).toEqual([1, 1]);
    expect(move("ArrowDown", [2, 0], rows, false)).toEqual([2, 0]);
    expect(move("ArrowUp", [0, 3], rows, false)).toEqual([0, 3]);
    expect(move("ArrowUp", null, rows, false)).toBeNull();
  });

  it("goes on in the next line, and leaves left and right to the text while there is one", () => {
    expect(move("ArrowRight", [0, 8], rows, false)).toEqual([1, 0]);
    expect(move("ArrowRight", [2, 0], rows, false)).toEqual([2, 0]);
    expect(move("ArrowLeft", [1, 0], rows, false)).toEqual([0, 8]);
    expect(move("ArrowLeft", [1, 1], rows, true)).toBeNull();
    expect(move("a", [1, 1], rows, false)).toBeNull();
  });
});
