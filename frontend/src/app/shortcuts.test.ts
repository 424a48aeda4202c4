import { describe, expect, it } from "vitest";
import { matches } from "./shortcuts";

const event = (patch: Partial<KeyboardEvent>) => ({
  code: "KeyK",
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  isComposing: false,
  keyCode: 75,
  ...patch,
});
const SWITCHER = { code: "KeyK", mod: true, shift: false };

describe("matches", () => {
  it("goes by the place of the key: a Cyrillic layout has the same one", () => {
    expect(
      matches(event({ ctrlKey: true, key: "л" } as Partial<KeyboardEvent>), SWITCHER, false),
    ).toBe(true);
  });

  it("takes ⌘ on Apple's machines and Ctrl elsewhere", () => {
    expect(matches(event({ metaKey: true }), SWITCHER, true)).toBe(true);
    expect(matches(event({ ctrlKey: true }), SWITCHER, true)).toBe(false);
    expect(matches(event({ metaKey: true }), SWITCHER, false)).toBe(false);
  });

  it("wants exactly the named modifiers", () => {
    expect(matches(event({}), SWITCHER, false)).toBe(false);
    expect(matches(event({ ctrlKey: true, altKey: true }), SWITCHER, false)).toBe(false);
    expect(matches(event({ ctrlKey: true, shiftKey: true }), SWITCHER, false)).toBe(false);
  });

  it("leaves Shift open where it is not named", () => {
    const list = { code: "Slash", mod: true };
    const pressed = event({ code: "Slash", ctrlKey: true, shiftKey: true });
    expect(matches(pressed, list, false)).toBe(true);
  });

  it("stays out of an input method's way", () => {
    expect(matches(event({ ctrlKey: true, isComposing: true }), SWITCHER, false)).toBe(false);
    expect(matches(event({ ctrlKey: true, keyCode: 229 }), SWITCHER, false)).toBe(false);
  });
});
