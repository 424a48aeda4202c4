import type { Locator, Page } from "@playwright/test";
import en from "../../src/i18n/en.json" with { type: "json" };
import ru from "../../src/i18n/ru.json" with { type: "json" };
import type { Room } from "../caller";
import type { Person } from "../fixtures";
import type { Scene } from "../scene";
import type { Wire } from "../wire";

/** What a state is reached with: the people of the scene, and the browser of one of them. */
export class Stage {
  constructor(
    readonly scene: Scene,
    /** Mira, who administers the server. */
    readonly viewer: Person,
    readonly wire: Wire,
    readonly locale: "en" | "ru",
  ) {}

  get page(): Page {
    return this.viewer.page;
  }

  get isPhone(): boolean {
    return this.viewer.isPhone;
  }

  /** A text of the client, in the language of the viewer. */
  say(key: keyof typeof en, params: Record<string, string> = {}): string {
    const text = (this.locale === "ru" ? ru : en)[key];
    return Object.entries(params).reduce((so, [name, by]) => so.replace(`{{${name}}}`, by), text);
  }

  button(key: keyof typeof en, params?: Record<string, string>): Locator {
    return this.page.getByRole("button", { name: this.say(key, params), exact: true });
  }

  item(key: keyof typeof en): Locator {
    return this.page.getByRole("menuitem", { name: this.say(key), exact: true });
  }

  get dialog(): Locator {
    return this.page.getByRole("dialog");
  }

  get composer(): Locator {
    return this.page.locator("[data-composer]");
  }

  row(text: string): Locator {
    return this.viewer.log.getByRole("article").filter({ hasText: text }).last();
  }

  /** Goes to an address as a link of the client does: nothing is loaded again. */
  async go(path: string): Promise<void> {
    await this.page.evaluate((path) => {
      history.pushState(null, "", path);
    }, path);
  }

  async enter(room: Room): Promise<void> {
    await this.go(`/chat/room/${room.id}/`);
  }

  async escape(): Promise<void> {
    await this.page.keyboard.press("Escape");
  }

  /** From now on what goes away by itself after so many milliseconds stays. */
  async hold(ms: number): Promise<void> {
    await this.page.evaluate((ms) => {
      const real = window.setTimeout;
      window.setTimeout = ((run: () => void, after?: number, ...rest: unknown[]) =>
        real(run, after === ms ? 600_000 : after, ...rest)) as typeof window.setTimeout;
    }, ms);
  }
}

/** A row of the list of states: its name, and how it is reached from the one before. */
export interface State {
  name: string;
  /** Only where there is a screen of this size. */
  only?: "wide" | "phone";
  reach(stage: Stage): Promise<void>;
}
