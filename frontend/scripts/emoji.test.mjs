import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import { qualified, toned, trim } from "./emoji.mjs";

const require = createRequire(import.meta.url);

describe("qualified", () => {
  it.each([
    ["2764", "❤️"],
    ["1F44D", "👍"],
    ["0031-20E3", "1️⃣"],
    ["1F3F3-200D-1F308", "🏳️‍🌈"],
    ["1F575-FE0F-200D-2642-FE0F", "🕵️‍♂️"],
    ["1F575-1F3FD-200D-2642-FE0F", "🕵🏽‍♂️"],
  ])("makes of %s what Unicode lists", (hexcode, emoji) => {
    expect(qualified(hexcode)).toBe(emoji);
  });
});

describe("toned", () => {
  it("colours every person of a sequence", () => {
    expect(toned("👍", "🏽")).toBe("👍🏽");
    expect(toned("🕵️‍♂️", "🏽")).toBe("🕵🏽‍♂️");
    expect(toned("👩‍❤️‍👨", "🏿")).toBe("👩🏿‍❤️‍👨🏿");
  });
});

describe("trim", () => {
  const messages = require("emojibase-data/en/messages.json");

  it.each(["en", "ru"])(
    "keeps every emoji of %s that the server takes, under its group",
    (language) => {
      const groups = trim(require(`emojibase-data/${language}/data.json`), messages, {
        "1F389": "tada",
      });
      expect(groups.map(([key]) => key)).toEqual([
        "smileys-emotion",
        "people-body",
        "animals-nature",
        "food-drink",
        "travel-places",
        "activities",
        "objects",
        "symbols",
        "flags",
      ]);
      const rows = groups.flatMap(([, of]) => of);
      expect(rows.length).toBeGreaterThan(1800);
      expect(new Set(rows.map(([emoji]) => emoji)).size).toBe(rows.length);
      expect(rows.find(([emoji]) => emoji === "🎉")?.[3]).toBe("tada");
      expect(rows.find(([emoji]) => emoji === "👍")?.[4]).toBe(1);
    },
  );
});
