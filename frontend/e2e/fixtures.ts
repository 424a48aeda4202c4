import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  test as base,
  expect,
  type Page,
} from "@playwright/test";
import { Server } from "./server";

export { expect };

/** Hard to guess, so that sign-up takes it. */
export const PASSWORD = "correct-horse-battery-staple-9";

interface Room {
  id: number;
  name: string;
  slug: string;
  head: number;
}

/** Somebody with an account and a browser of their own. */
export class Person {
  constructor(
    readonly name: string,
    readonly username: string,
    readonly context: BrowserContext,
    readonly page: Page,
    private readonly server: Server,
    private readonly token: string,
  ) {}

  /** A call of the REST API, the way a program of this person's would make it. */
  async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await fetch(`${this.server.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.token}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return (answer.status === 204 ? undefined : await answer.json()) as T;
  }

  createRoom(name: string, more: object = {}): Promise<Room> {
    return this.call("POST", "/api/rooms", { name, ...more });
  }

  joinRoom(room: Room): Promise<Room> {
    return this.call("POST", `/api/rooms/${room.id}/join`);
  }

  say(room: Room, body: string): Promise<{ id: number; seq: number }> {
    return this.call("POST", `/api/rooms/${room.id}/messages`, { body });
  }

  /** Every text of a room, oldest first, as the server has it. */
  async texts(room: Room): Promise<string[]> {
    const texts: string[] = [];
    let after = 0;
    for (;;) {
      const page = await this.call<{
        items: { seq: number; kind: string; body: string }[];
        has_after: boolean;
      }>("GET", `/api/rooms/${room.id}/messages?after=${after}&limit=100`);
      for (const item of page.items) if (item.kind === "text") texts.push(item.body);
      after = page.items.at(-1)?.seq ?? after;
      if (!page.has_after) return texts;
    }
  }

  /** Opens a room and waits until one can write there. */
  async open(room: Room): Promise<void> {
    await this.page.goto(`${this.server.url}/chat/room/${room.id}/`);
    await expect(this.composer).toBeVisible();
  }

  get composer() {
    return this.page.getByRole("textbox", { name: /^(Message to|Сообщение)/ });
  }

  get log() {
    return this.page.getByRole("log");
  }

  /** Writes as a person does: by keys. */
  async write(text: string): Promise<void> {
    await this.composer.fill(text);
    await this.composer.press("Enter");
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
    const contexts: BrowserContext[] = [];
    await use(async (name, options = {}) => {
      const person = await signUp(browser, server, name, { ...contextOptions, ...options });
      contexts.push(person.context);
      return person;
    });
    for (const context of contexts) await context.close();
  },
});

let count = 0;

/** Signs up by REST, with the cookie in the browser: what signing in by hand leaves behind. */
async function signUp(
  browser: Browser,
  server: Server,
  name: string,
  options: BrowserContextOptions,
): Promise<Person> {
  count += 1;
  const account = {
    username: `${name.toLowerCase()}${count}`,
    display_name: name,
    password: PASSWORD,
  };
  const context = await browser.newContext({ baseURL: server.url, locale: "en-GB", ...options });
  const cookie = await context.request.post("/api/auth/register", {
    data: { ...account, session: "cookie" },
    headers: { origin: server.url },
  });
  if (!cookie.ok()) throw new Error(`sign-up: ${await cookie.text()}`);
  const { access_token } = await cookie.json();
  // The page asks for a token only where somebody has signed in before.
  await context.addInitScript(() => {
    if (sessionStorage.getItem("e2e.signed-in")) return;
    sessionStorage.setItem("e2e.signed-in", "1");
    localStorage.setItem("parlor.session", "1");
  });
  const page = await context.newPage();
  return new Person(name, account.username, context, page, server, access_token);
}
