import { describe, expect, it } from "vitest";
import { strengthOf } from "./strength";

describe("how hard a password is to guess", () => {
  it.each([
    ["", "weak"],
    ["password1", "weak"],
    ["Password2024", "weak"],
    ["12345678", "weak"],
    ["qwertyuiop", "weak"],
    ["йцукенгшщз", "weak"],
    ["aaaaaaaaaaaaaaaa", "weak"],
    ["tr0ub4", "fair"],
    ["kettle-noon-7", "good"],
    ["correct-horse-battery-staple-9", "strong"],
    ["чайник свистит в полдень", "strong"],
  ])("%s: %s", (password, level) => {
    expect(strengthOf(password)).toBe(level);
  });

  it("counts for little what everybody knows of the person", () => {
    expect(strengthOf("anna.karenina7", ["anna.karenina"])).toBe("weak");
    expect(strengthOf("anna.karenina7", ["Ann"])).not.toBe("weak");
  });

  it("never falls when something unforeseen is added", () => {
    const levels = ["weak", "fair", "good", "strong"];
    const seen = [..."xK3!vQ9z&Lm2"].map((_, at, all) =>
      levels.indexOf(strengthOf(all.slice(0, at + 1).join(""))),
    );
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
  });
});
