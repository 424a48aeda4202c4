import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  test as base,
  expect,
  type Locator,
  type Page,
} from "@playwright/test";
import { Caller, type Room } from "./caller";
import { Server } from "./server";

export { expect };

/** Hard to guess, so that sign-up takes it. */
export const PASSWORD = "correct-horse-battery-staple-9";

/** Somebody with an account and a browser of their own. */
export class Person extends Caller {
  constructor(
    name: string,
    username: string,
    readonly context: BrowserContext,
    readonly page: Page,
    server: Pick<Server, "url">,
    token: string,
  ) {
    super(name, username, server, token);
  }

  /** Opens a room and waits until one can write there. */
  async open(room: Room): Promise<void> {
    await this.page.goto(`${this.server.url}/chat/room/${room.id}/`);
    await expect(this.composer).toBeVisible();
  }

  get composer() {
    return this.page.getByRole("textbox", { name: /^(Message to|Сообщение)/ });
  }

  /** Where the page says what happened. */
  get toasts() {
    return this.page.getByRole("region", { name: /^(Notifications|Уведомления)$/ });
  }

  get log() {
    return this.page.getByRole("log");
  }

  /** Writes as a person does: by keys, or on a phone, where Enter is a new line, by the button. */
  async write(text: string, into = this.composer): Promise<void> {
    await into.fill(text);
    await this.send(into);
  }

  async send(from = this.composer): Promise<void> {
    if (!this.isPhone) return from.press("Enter");
    await this.page.locator("form").filter({ has: from }).locator('button[type="submit"]').tap();
  }

  /** Whether this person's screen is a phone's: fingers, one screen at a time. */
  get isPhone(): boolean {
    return (this.page.viewportSize()?.width ?? 0) < 768;
  }

  /** Shows the list of rooms: beside the room, or on a phone a screen of its own. */
  async showRooms(): Promise<void> {
    if (!this.isPhone) return;
    const back = this.page.getByRole("link", { name: /^(Back|Назад)$/ });
    const chats = this.page.getByRole("link", { name: /^(Chats|Чаты)$/ });
    await back.or(chats).click();
  }

  /** The line of a room in the list of one's own rooms. */
  roomRow(name: string) {
    return this.page.locator('[data-region="sidebar"]').getByRole("link", { name });
  }

  /** Does something with a message as this screen offers it: by the menu, or after a long press. */
  async command(row: Locator, name: string): Promise<void> {
    if (this.isPhone) await this.longPress(row);
    else {
      await row.hover();
      await row.getByRole("toolbar").getByRole("button", { name: "More" }).click();
    }
    await this.page.getByRole("menuitem", { name, exact: true }).click();
  }

  /** Holds a finger on something until a sheet comes up. */
  async longPress(on: Locator): Promise<void> {
    await on.scrollIntoViewIfNeeded();
    const box = await on.boundingBox();
    if (!box) throw new Error("nothing to press");
    const touch = await this.context.newCDPSession(this.page);
    const touchPoints = [{ x: box.x + box.width / 2, y: box.y + box.height / 2 }];
    await touch.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints });
    await expect(this.page.getByRole("dialog")).toBeVisible();
    await touch.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
    await touch.detach();
  }

  /** Lets the members of the open room be seen. */
  async showMembers(): Promise<Locator> {
    const show = this.page.getByRole("button", { name: /^(Show members|Показать участников)$/ });
    const panel = this.page.locator('[data-region="members"]');
    await expect(show.or(panel).first()).toBeVisible();
    if (await show.isVisible()) await show.click();
    await expect(panel).toBeVisible();
    return panel;
  }

  /** The rows of the timeline that hold exactly this text. */
  rows(text: string) {
    return this.log
      .getByRole("article")
      .filter({ has: this.page.getByText(text, { exact: true }) });
  }
}

interface People {
  /** Makes an account and a signed-in browser for it. */
  person(name: string, options?: BrowserContextOptions): Promise<Person>;
  /** The same for somebody who is staff. */
  staff(name: string, options?: BrowserContextOptions): Promise<Person>;
}

export const test = base.extend<People, { server: Server }>({
  server: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names off the pattern
    async ({}, use) => {
      const server = await Server.start();
      await use(server);
      await server.stop();
    },
    { scope: "worker" },
  ],

  baseURL: async ({ server }, use) => use(server.url),

  person: async ({ browser, server, contextOptions }, use) => {
    await withPeople(use, (name, options) =>
      enter(browser, server, name, { ...contextOptions, ...options }, "register"),
    );
  },

  staff: async ({ browser, server, contextOptions }, use) => {
    await withPeople(use, (name, options) =>
      enter(browser, server, name, { ...contextOptions, ...options }, "login"),
    );
  },
});

type Make = (name: string, options?: BrowserContextOptions) => Promise<Person>;

/** Closes the browsers of everybody who was made, when the test is over. */
async function withPeople(use: (make: Make) => Promise<void>, make: Make): Promise<void> {
  const contexts: BrowserContext[] = [];
  await use(async (name, options = {}) => {
    const person = await make(name, options);
    contexts.push(person.context);
    return person;
  });
  for (const context of contexts) await context.close();
}

let count = 0;

/** Makes an account and signs in to it. Staff have theirs from the operator. */
export async function enter(
  browser: Browser,
  server: Pick<Server, "url" | "command">,
  name: string,
  options: BrowserContextOptions,
  by: "register" | "login",
): Promise<Person> {
  count += 1;
  const username = `${name.toLowerCase()}${count}`;
  if (by === "login") {
    const args = ["createsuperuser", "--username", username, "--password-stdin"];
    await server.command(args, `${PASSWORD}\n`);
  }
  const person = await enterAs(browser, server, { name, username }, options, by);
  if (by === "login") await person.call("PATCH", "/api/profiles/me", { display_name: name });
  return person;
}

/** Signs up or in by REST, with the cookie in the browser: what doing it by hand leaves behind. */
export async function enterAs(
  browser: Browser,
  server: Pick<Server, "url">,
  { name, username }: { name: string; username: string },
  options: BrowserContextOptions,
  by: "register" | "login" = "login",
): Promise<Person> {
  const account = {
    username,
    password: PASSWORD,
    ...(by === "register" && { display_name: name }),
  };
  const context = await browser.newContext({ baseURL: server.url, locale: "en-GB", ...options });
  const cookie = await context.request.post(`/api/auth/${by}`, {
    data: { ...account, session: "cookie" },
    headers: { origin: server.url },
  });
  if (!cookie.ok()) throw new Error(`${by}: ${await cookie.text()}`);
  const { access_token } = await cookie.json();
  // The page asks for a token only where somebody has signed in before.
  await context.addInitScript(() => {
    if (sessionStorage.getItem("e2e.signed-in")) return;
    sessionStorage.setItem("e2e.signed-in", "1");
    localStorage.setItem("parlor.session", "1");
  });
  return new Person(name, username, context, await context.newPage(), server, access_token);
}
