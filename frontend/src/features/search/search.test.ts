import { describe, expect, it } from "vitest";
import { piecesOf } from "./excerpt";
import { isAsking, NO_FILTERS, questionOf, readFilters, startOf, writeFilters } from "./filters";

describe("the filters", () => {
  it("are the same after a round through the address", () => {
    const filters = {
      text: "чай & кофе",
      roomId: 5,
      authorId: 7,
      from: "2026-11-01",
      until: "2026-11-20",
    };
    expect(readFilters(writeFilters(filters))).toEqual(filters);
    expect(writeFilters(NO_FILTERS)).toBe("");
  });

  it("leave out what makes no sense", () => {
    expect(readFilters("q=x&room=-1&author=1e3&from=yesterday&until=2026-13-40")).toEqual({
      ...NO_FILTERS,
      text: "x",
    });
  });

  it("ask for whole local days", () => {
    const question = questionOf({ ...NO_FILTERS, from: "2026-11-20", until: "2026-11-20" });
    expect(question).toEqual({ after: startOf("2026-11-20"), before: startOf("2026-11-21") });
    expect(new Date(question.after ?? "").getHours()).toBe(0);
  });

  it("ask for nothing while only the room is known", () => {
    expect(isAsking({ ...NO_FILTERS, roomId: 5, text: " " })).toBe(false);
    expect(isAsking({ ...NO_FILTERS, authorId: 5 })).toBe(true);
  });
});

describe("what is shown of a message that was found", () => {
  const marked = (text: string, wanted: string) =>
    piecesOf(text, wanted)
      .map((piece) => (piece.isMatch ? `[${piece.text}]` : piece.text))
      .join("");

  it("marks every match, whichever its case", () => {
    expect(marked("Tea, tea and more TEA", "tea")).toBe("[Tea], [tea] and more [TEA]");
    expect(marked("Чайник закипел", "чай")).toBe("[Чай]ник закипел");
  });

  it("begins at a word before a match that stands far behind", () => {
    const text = `${"word ".repeat(100)}kettle`;
    const shown = marked(text, "kettle");
    expect(shown.startsWith("…word ")).toBe(true);
    expect(shown.endsWith("[kettle]")).toBe(true);
  });

  it("is the beginning where nothing was asked for, or the match is in a mark", () => {
    expect(marked("Hello", "")).toBe("Hello");
    expect(marked("Hello", "**")).toBe("Hello");
  });

  it("keeps to the text where lower case is longer", () => {
    expect(marked("İstanbul", "stan")).toBe("İ[stan]bul");
  });
});
