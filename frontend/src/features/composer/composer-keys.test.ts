import { describe, expect, it } from "vitest";
import { isSendKey, wrapCode } from "./composer-keys";

const ENTER = {
  key: "Enter",
  shiftKey: false,
  altKey: false,
  ctrlKey: false,
  metaKey: false,
  isComposing: false,
  keyCode: 13,
};

describe("isSendKey", () => {
  it("sends on Enter, with or without Ctrl", () => {
    expect(isSendKey(ENTER, false)).toBe(true);
    expect(isSendKey({ ...ENTER, ctrlKey: true }, false)).toBe(true);
  });

  it("makes a line with Shift or Alt", () => {
    expect(isSendKey({ ...ENTER, shiftKey: true }, false)).toBe(false);
    expect(isSendKey({ ...ENTER, altKey: true }, false)).toBe(false);
  });

  it("never sends while an input method composes", () => {
    expect(isSendKey({ ...ENTER, isComposing: true }, false)).toBe(false);
    expect(isSendKey({ ...ENTER, keyCode: 229 }, false)).toBe(false);
  });

  it("makes a line on a touch screen, unless Ctrl is held", () => {
    expect(isSendKey(ENTER, true)).toBe(false);
    expect(isSendKey({ ...ENTER, ctrlKey: true }, true)).toBe(true);
  });

  it("cares for no other key", () => {
    expect(isSendKey({ ...ENTER, key: "a" }, false)).toBe(false);
  });
});

describe("wrapCode", () => {
  it("puts one line in backticks and keeps it selected", () => {
    expect(wrapCode("call run() now", 5, 10)).toEqual({
      text: "call `run()` now",
      start: 6,
      end: 11,
    });
  });

  it("makes a block of several lines", () => {
    expect(wrapCode("a\nb", 0, 3).text).toBe("```\na\nb\n```");
  });

  it("leaves the caret between the marks where nothing is selected", () => {
    expect(wrapCode("", 0, 0)).toEqual({ text: "``", start: 1, end: 1 });
  });
});
