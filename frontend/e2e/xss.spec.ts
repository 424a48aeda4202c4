import type { BrowserContext, Page } from "@playwright/test";
import { expect, PASSWORD, test } from "./fixtures";
import { type Payload, payloads } from "./payloads";

/** So many texts; every one of them with `XSS_EACH=1`, otherwise some of each kind. */
const ALL = 300;
const EACH = Number(process.env.XSS_EACH ?? 5);
const COUNT = ALL / EACH;
const ROOM_NAME_MAX = 80;
const DISPLAY_NAME_MAX = 64;
const TOPIC_MAX = 250;

/** Whatever is asked for is asked of the server, where it is seen. */
const ALONE = { serviceWorkers: "block" } as const;

interface Watched extends Window {
  ran: string[];
}

/** Notes in every page of a context whatever runs that should not, and whatever the policy had to stop. */
async function watch(context: BrowserContext): Promise<{ outside: string[] }> {
  await context.addInitScript(() => {
    const ran: string[] = [];
    const note = (...words: unknown[]) => void ran.push(`ran: ${words.join(" ")}`);
    Object.assign(window, { ran, xss: note, alert: note, confirm: note, prompt: note });
    document.addEventListener("securitypolicyviolation", (event) => {
      ran.push(`report: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
    });
  });
  const outside: string[] = [];
  context.on("request", (request) => {
    const { protocol, hostname } = new URL(request.url());
    const isOwn = hostname === "127.0.0.1" || ["data:", "blob:"].includes(protocol);
    if (!isOwn) outside.push(request.url());
  });
  context.on("page", (page) => page.on("dialog", () => outside.push("a dialog")));
  return { outside };
}

/** What ran or was stopped on a page, and everything on it that could run. */
function found(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const wrong = [...(window as unknown as Watched).ran];
    for (const element of document.querySelectorAll("*")) {
      const name = element.localName;
      const { src } = element as HTMLScriptElement;
      const own = [`${location.origin}/assets/`, `${location.origin}/theme.js`];
      const isOwn = name === "script" && own.some((start) => src.startsWith(start));
      if (["script", "iframe", "object", "embed", "base", "math"].includes(name) && !isOwn) {
        wrong.push(element.outerHTML);
      }
      for (const { name, value } of element.attributes) {
        if (name.startsWith("on") || /^\s*(javascript|data:text|vbscript)/i.test(value)) {
          const isText = ["aria-label", "title", "alt", "placeholder", "value"].includes(name);
          if (!isText && !name.startsWith("data-")) wrong.push(`${name}=${value}`);
        }
      }
    }
    for (const link of document.querySelectorAll("a[href]")) {
      const url = new URL((link as HTMLAnchorElement).href);
      const isOwn = url.origin === location.origin && link.getAttribute("target") !== "_blank";
      const rel = link.getAttribute("rel") ?? "";
      const isSafe = ["http:", "https:", "mailto:"].includes(url.protocol);
      const isAlone = rel.includes("noopener") && rel.includes("noreferrer");
      if (!isOwn && !(isSafe && isAlone)) wrong.push(link.outerHTML);
    }
    return wrong;
  });
}

/** As much of a text as a name may have: on one line, and nothing that turns it around. */
function cut(text: string, max: number): string {
  const line = text.replace(/[\p{Cc}\u202e]+/gu, " ");
  return [...line].slice(0, max).join("").trim();
}

test("[WB-1] [WB-4] three hundred texts that would be scripts are shown as what they are, everywhere", async ({
  person,
}) => {
  test.setTimeout(240_000);
  const [ann, bob] = [await person("Ann", ALONE), await person("Bob", ALONE)];
  const { outside } = await watch(ann.context);
  const room = await bob.createRoom("Quoting");
  await ann.joinRoom(room);
  await ann.open(room);
  const panel = await ann.showMembers();
  const me = await ann.call<{ id: number }>("GET", "/api/profiles/me");
  const show = async ({ text }: Payload) => {
    const name = cut(text, ROOM_NAME_MAX);
    const display_name = cut(text, DISPLAY_NAME_MAX);
    const path = `/api/rooms/${room.id}`;
    await Promise.all([
      bob.call("PATCH", path, { name, topic: cut(text, TOPIC_MAX) }),
      bob.call("POST", `${path}/messages`, { body: text }),
      bob.call("POST", `${path}/whispers`, { to: me.id, body: text }),
    ]);
    await bob.call("PATCH", "/api/profiles/me", {
      display_name,
      bio: cut(text, TOPIC_MAX),
      status_text: name,
    });
  };
  const all = payloads(ALL).filter((_, index) => index % EACH === 0);
  // Ann is seen to be in the room before anybody whispers to her.
  await expect(async () => {
    await bob.call("POST", `/api/rooms/${room.id}/whispers`, { to: me.id, body: "psst" });
  }).toPass();
  for (const [index, payload] of all.entries()) {
    await show(payload);
    if (index % 10 !== 9) continue;
    // Every tenth time it waits until everything is on the screen, so that no text is skipped.
    const words = cut(payload.text, 40).replace(/\s+/g, " ").trim();
    const title = ann.page.getByRole("heading", { level: 1 });
    await expect(title).toContainText(words);
    await expect(panel).toContainText(cut(payload.text, DISPLAY_NAME_MAX).replace(/\s+/g, " "));
    expect(await ann.page.title()).toContain(cut(payload.text, 20).split(/\s/)[0] ?? "");
    expect(await found(ann.page)).toEqual([]);
  }

  // All of it once more, as history: ten pages upwards.
  await ann.page.reload();
  await expect(ann.composer).toBeVisible();
  await ann.log.hover();
  const first = all[0]?.text ?? "";
  await expect(async () => {
    await ann.page.mouse.wheel(0, -6_000);
    expect(await found(ann.page)).toEqual([]);
    await expect(ann.log.getByText(first, { exact: true }).first()).toBeVisible({ timeout: 300 });
  }).toPass({ timeout: 60_000 });

  // And as what a search finds.
  await ann.page.goto("/search/?q=xss");
  const results = ann.page.getByRole("list", { name: "Messages found" });
  await expect(results.getByText("xss").first()).toBeVisible();
  expect(await found(ann.page)).toEqual([]);
  expect(outside).toEqual([]);

  // File names, ten to a message.
  await ann.open(room);
  for (let from = 0; from < COUNT; from += 10) {
    const names = all
      .slice(from, from + 10)
      .map(({ text }) => cut(text.replace(/[/\\]/g, "_"), 100));
    const file_ids: number[] = [];
    for (const name of names) file_ids.push(await bob.upload(room, name));
    await bob.call("POST", `/api/rooms/${room.id}/messages`, { body: `files ${from}`, file_ids });
    const row = ann.log.getByRole("article").filter({ hasText: `files ${from}` });
    await expect(row.getByText(names[9]?.slice(0, 12) ?? "").first()).toBeVisible();
    expect(await found(ann.page)).toEqual([]);
  }
  expect(outside).toEqual([]);
});

test("[WB-1] an emoji, an error or a title that a hostile server makes up runs nothing either", async ({
  person,
  server,
  browser,
}) => {
  test.setTimeout(180_000);
  const all = payloads(ALL).filter((_, index) => index % EACH === 0);
  const ann = await person("Ann", ALONE);
  const { outside } = await watch(ann.context);
  const room = await ann.createRoom("Reacted to");
  // Each message gets ten reactions that no server of ours would let pass.
  await ann.page.routeWebSocket(/\/gateway/, (socket) => {
    const server = socket.connectToServer();
    server.onMessage((said) => {
      const frame = JSON.parse(String(said));
      if (frame.type === "message.created" && frame.message.kind === "text") {
        const from = Number(frame.message.body.split(" ")[1]);
        const { id } = frame.message.author;
        frame.message.reactions = all
          .slice(from, from + 10)
          .map(({ text }) => ({ emoji: text, count: 1, user_ids: [id] }));
      }
      socket.send(JSON.stringify(frame));
    });
  });
  await ann.open(room);
  for (let from = 0; from < COUNT; from += 10) {
    await ann.say(room, `reactions ${from}`);
    const row = ann.log.getByRole("article").filter({ hasText: `reactions ${from}` });
    await expect(row.getByRole("listitem")).toHaveCount(10);
    expect(await found(ann.page)).toEqual([]);
  }

  const context = await browser.newContext({ ...ALONE, baseURL: server.url, locale: "en-GB" });
  const other = await watch(context);
  const page = await context.newPage();
  // The server refuses by turns the whole, which is said above the form, and two fields of it.
  let problem: object = {};
  await page.route("**/api/auth/login", (route) =>
    route.fulfill({
      status: 422,
      contentType: "application/problem+json",
      body: JSON.stringify({ type: "about:blank", status: 422, code: "invalid", ...problem }),
    }),
  );
  await page.goto("/login/");
  await page.getByLabel("Username or e-mail").fill("ann");
  await page.getByLabel("Password", { exact: true }).fill("x");
  const refuse = async (next: object) => {
    problem = next;
    await page.getByRole("button", { name: "Sign in" }).click();
  };
  const shown = (text: string) => text.replace(/\s+/g, " ").trim();
  for (let at = 0; at < COUNT; at += 4) {
    const [title = "", detail = "", username = "", password = ""] = all
      .slice(at, at + 4)
      .map(({ text }) => text);
    await refuse({ title, detail });
    await expect(page.getByRole("alert").first()).toContainText(shown(detail));
    expect(await found(page)).toEqual([]);
    await refuse({
      title,
      detail,
      errors: [
        { field: "username", code: "invalid", detail: username },
        { field: "password", code: "invalid", detail: password },
      ],
    });
    for (const text of [username, password]) {
      await expect(page.locator("form").getByText(shown(text)).first()).toBeVisible();
    }
    expect(await found(page)).toEqual([]);
  }
  expect([...outside, ...other.outside]).toEqual([]);

  // That such a thing would be seen: the policy stops and reports what a page does by itself.
  const seen = await page.evaluate(async () => {
    const picture = document.createElement("img");
    document.body.append(picture);
    let refused = "";
    try {
      picture.innerHTML = "<b>x</b>";
    } catch (error) {
      refused = String(error);
    }
    await new Promise((done) => setTimeout(done, 100));
    return [refused, ...(window as unknown as Watched).ran];
  });
  expect(seen.join("\n")).toMatch(/TrustedHTML/);
  expect(seen.join("\n")).toMatch(/report: require-trusted-types-for/);
  expect(seen.join("\n")).not.toMatch(/ran:/);
  await context.close();
});

test("[WB-4] a link leads to http, https or mailto in a window of its own, and signing in leads nowhere else", async ({
  person,
  browser,
  server,
}) => {
  test.setTimeout(180_000);
  const ann = await person("Ann", ALONE);
  const room = await ann.createRoom("Linked");
  const good = ["https://a.test/1", "http://b.test/2", "mailto:c@d.test"];
  const bad = ["javascript:xss(1)", "data:text/html,x", "ftp://e.test/", "file:///etc/passwd"];
  await ann.say(room, good.map((href, index) => `[good ${index}](${href})`).join(" "));
  await ann.say(room, bad.map((href, index) => `[bad ${index}](${href})`).join(" "));
  await ann.open(room);
  await expect(ann.log.getByText("bad 3").first()).toBeVisible();
  const links = await ann.log
    .locator("a[target=_blank]")
    .evaluateAll((all) => all.map((one) => [one.getAttribute("href"), one.getAttribute("rel")]));
  expect(links).toEqual(good.map((href) => [href, "noopener noreferrer nofollow"]));
  // The page that opens can't reach back, nor learn where it was opened.
  await ann.context.route("https://a.test/**", (route) =>
    route.fulfill({ contentType: "text/html", body: "<title>there</title>" }),
  );
  const opening = ann.context.waitForEvent("page");
  await ann.log.getByRole("link", { name: "good 0" }).click();
  const opened = await opening;
  await opened.waitForLoadState();
  expect(await opened.evaluate(() => [String(window.opener), document.referrer])).toEqual([
    "null",
    "",
  ]);

  // Every way of naming another place in `next` and its like.
  const places = [
    "https://evil.test/",
    "//evil.test/",
    "////evil.test",
    "/\\evil.test/",
    "\\\\evil.test",
    "/\t/evil.test/",
    "\n//evil.test/",
    " //evil.test/",
    "https:evil.test",
    "javascript:xss(1)",
    "/.//evil.test",
    "/;@evil.test",
  ];
  for (const [index, place] of places.entries()) {
    const name = ["next", "return", "return_to", "redirect", "url"][index % 5] ?? "next";
    const context = await browser.newContext({ ...ALONE, baseURL: server.url, locale: "en-GB" });
    const { outside } = await watch(context);
    const page = await context.newPage();
    const value = encodeURIComponent(place);
    await page.goto(`/login/?next=${value}${name === "next" ? "" : `&${name}=${value}`}`);
    await page.getByLabel("Username or e-mail").fill(ann.username);
    await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page.getByRole("main")).toBeVisible();
    await expect(page).not.toHaveURL(/\/login\//);
    expect(new URL(page.url()).origin, place).toBe(server.url);
    expect(outside, place).toEqual([]);
    expect(await page.evaluate(() => (window as unknown as Watched).ran)).toEqual([]);
    await context.close();
  }
});
