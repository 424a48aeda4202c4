import type { Page } from "@playwright/test";

/** A browser of another engine, as far as the timeline needs one: one window, scripts in it, and keys. */
export interface Engine extends Pick<Page, "evaluate"> {
  /** The name and version that the browser gives itself. */
  readonly version: string;
  open(url: string): Promise<void>;
  /** Presses these keys one after the other, as a person does; `ENTER` is one of them. */
  press(keys: string): Promise<void>;
  close(): Promise<void>;
}

/** WebDriver's name for the key. */
export const ENTER = "\uE007";
export const WINDOW = { width: 1280, height: 800 };

/** The presses of keys as both protocols write them. */
export function keyActions(keys: string) {
  const actions = [...keys].flatMap((value) => [
    { type: "keyDown", value },
    { type: "keyUp", value },
  ]);
  return [{ type: "key", id: "keyboard", actions }];
}

/** Waits until something that is started by the other side is there. */
export async function eventually<T>(what: string, look: () => Promise<T | null>): Promise<T> {
  const deadline = performance.now() + 30_000;
  for (;;) {
    const found = await look();
    if (found !== null) return found;
    if (performance.now() > deadline) throw new Error(`${what} did not come`);
    await new Promise((done) => setTimeout(done, 50));
  }
}
