import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { codePoints, excerpt, initials, isBlank, isEmojiOnly, mentions } from "./text";
import { uuidv7 } from "./uuid";

describe("emoji", () => {
  it.each(["👍", "👩‍👩‍👧", "🇵🇹 🎉", "❤️🔥👋🏽", "1️⃣", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"])("alone: %s", (text) => {
    expect(isEmojiOnly(text)).toBe(true);
  });

  it.each(["", "1", "a 👍", "👍👍👍👍", "12", "#", "©a", "   "])("not alone: %j", (text) => {
    expect(isEmojiOnly(text)).toBe(false);
  });
});

describe("counting", () => {
  it("is by code points, as the server's", () => {
    expect(codePoints("a👍é")).toBe(3);
    expect(codePoints("👩‍👩‍👧")).toBe(5);
  });

  it("cuts by what a reader sees as one character", () => {
    expect(excerpt("one\n\n two", 20)).toBe("one two");
    expect(excerpt("👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧", 2)).toBe("👩‍👩‍👧👩‍👩‍👧…");
    expect(isBlank(" \n\u00a0")).toBe(true);
  });

  it("takes the first letters of a name", () => {
    expect(initials("Ines Maria Duarte")).toBe("ID");
    expect(initials("ines")).toBe("I");
    expect(initials("  ")).toBe("?");
  });
});

describe("mentions", () => {
  it("are words of their own, in any case and script", () => {
    expect(mentions("hey @Ines!", "ines")).toBe(true);
    expect(mentions("@ines.", "ines")).toBe(true);
    expect(mentions("(@анна) да", "Анна")).toBe(true);
    for (const text of ["@inessa", "x@ines", "ines", "@@ines", "@ ines", ""]) {
      expect(mentions(text, "ines")).toBe(false);
    }
  });
});

describe("uuidv7", () => {
  it("has its shape, and ascends whatever the clock does", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 2 ** 45 }), { maxLength: 40 }), (times) => {
        const made = times.map((now) => uuidv7(now));
        for (const id of made) {
          expect(id).toMatch(
            /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
          );
        }
        expect([...made].sort()).toEqual(made);
        expect(new Set(made).size).toBe(made.length);
      }),
    );
  });

  it("ascends over thousands within one millisecond", () => {
    const made = Array.from({ length: 10_000 }, () => uuidv7(1));
    expect([...made].sort()).toEqual(made);
  });
});
