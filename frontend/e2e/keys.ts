import type { CDPSession, Page } from "@playwright/test";

const CTRL = 2;

/** What a keyboard says that Playwright's own has no words for: other layouts, and input methods. */
export class Keys {
  private constructor(private readonly cdp: CDPSession) {}

  static async of(page: Page): Promise<Keys> {
    return new Keys(await page.context().newCDPSession(page));
  }

  /** Presses a key of a Cyrillic layout: `code` is its place, `key` the letter on it there. */
  async press(code: string, key: string, { ctrl = false } = {}): Promise<void> {
    // Windows and Linux number letters by the Latin one of the place; signs are told by `code` alone.
    const letter = /^Key([A-Z])$/.exec(code)?.[1];
    const event = {
      code,
      key,
      windowsVirtualKeyCode: letter?.charCodeAt(0) ?? 0,
      modifiers: ctrl ? CTRL : 0,
    };
    await this.cdp.send("Input.dispatchKeyEvent", {
      ...event,
      ...(ctrl ? { type: "rawKeyDown" } : { type: "keyDown", text: key }),
    });
    await this.cdp.send("Input.dispatchKeyEvent", { ...event, type: "keyUp" });
  }

  /** A word is being made by an input method: it stands underlined in the field, and is not written yet. */
  async compose(text: string): Promise<void> {
    const { length } = text;
    await this.cdp.send("Input.imeSetComposition", {
      text,
      selectionStart: length,
      selectionEnd: length,
    });
  }

  /** The word is chosen. */
  async commit(text: string): Promise<void> {
    await this.cdp.send("Input.insertText", { text });
  }

  /** Enter as input methods pass it on: the browser says that it is theirs by 229. */
  async enterOfInputMethod(): Promise<void> {
    const event = { code: "Enter", key: "Enter", windowsVirtualKeyCode: 229 };
    await this.cdp.send("Input.dispatchKeyEvent", { ...event, type: "rawKeyDown" });
    await this.cdp.send("Input.dispatchKeyEvent", { ...event, type: "keyUp" });
  }

  /** Enter as such; while a word is composed the browser says so. */
  async enter(): Promise<void> {
    const event = { code: "Enter", key: "Enter", windowsVirtualKeyCode: 13 };
    await this.cdp.send("Input.dispatchKeyEvent", { ...event, type: "rawKeyDown" });
    await this.cdp.send("Input.dispatchKeyEvent", { ...event, type: "keyUp" });
  }
}
