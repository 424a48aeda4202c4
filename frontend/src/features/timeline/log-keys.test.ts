import { expect, it } from "vitest";
import { nextRow } from "./log-keys";
import { typingText } from "./TypingLine";

const entry = () => 3;

it("enters the log where it is told to", () => {
  expect(nextRow("ArrowUp", -1, 5, entry)).toBe(3);
  expect(nextRow("ArrowDown", -1, 5, entry)).toBe(3);
});

it("walks by rows and stops at the ends", () => {
  expect(nextRow("ArrowUp", 2, 5, entry)).toBe(1);
  expect(nextRow("ArrowUp", 0, 5, entry)).toBe(0);
  expect(nextRow("ArrowDown", 4, 5, entry)).toBe(4);
  expect(nextRow("Home", 3, 5, entry)).toBe(0);
  expect(nextRow("End", 0, 5, entry)).toBe(4);
});

it("leaves other keys and an empty log alone", () => {
  expect(nextRow("a", 1, 5, entry)).toBeNull();
  expect(nextRow("ArrowUp", -1, 0, entry)).toBeNull();
});

it("names one or two who are typing, and no more", () => {
  expect(typingText([], 0)).toBe("");
  expect(typingText(["Ines"], 1)).toBe("Ines is typing");
  expect(typingText(["Ines", "Anton"], 2)).toBe("Ines and Anton are typing");
  expect(typingText(["Ines", "Anton", "Kenji"], 3)).toBe("Several people are typing");
  expect(typingText(["Ines"], 2)).toBe("Several people are typing");
});
