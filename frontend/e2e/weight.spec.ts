import type { Page } from "@playwright/test";
import { filesOf, MAX, readManifest, sizeOf } from "../scripts/weight.mjs";
import { expect, test } from "./fixtures";

/** Whatever scripts the page asks for from now on, as paths below `dist/`. */
function watchScripts(page: Page): Set<string> {
  const files = new Set<string>();
  page.on("request", (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.endsWith(".js")) files.add(pathname.slice(1));
  });
  return files;
}

// The worker stores the whole client for the next visit, once this one has what it needs.
test.use({ serviceWorkers: "block" });

for (const language of ["en", "ru"] as const) {
  const locale = language === "en" ? "en-GB" : "ru-RU";

  test(`a room fetches what the budget counts, and no more, ${language}`, async ({ person }) => {
    const ann = await person("Ann", { locale });
    const room = await ann.createRoom(`Scales ${language}`);
    await ann.say(room, "**Bold**, `code`, https://example.org/ and\n\n- a list");
    const fetched = watchScripts(ann.page);
    await ann.page.goto(`/chat/room/${room.id}/`);
    await expect(ann.log.getByRole("listitem").getByText("a list")).toBeVisible();
    await expect(ann.page.getByRole("complementary").getByText("Ann").first()).toBeVisible();
    await ann.page.waitForLoadState("networkidle");
    expect([...fetched].sort()).toEqual([...filesOf(readManifest(), "room", language)].sort());
    expect(sizeOf(...fetched)).toBeLessThanOrEqual(MAX.room);
  });

  test(`the login fetches what the budget counts, and no more, ${language}`, async ({
    browser,
    server,
  }) => {
    const context = await browser.newContext({
      baseURL: server.url,
      locale,
      serviceWorkers: "block",
    });
    const page = await context.newPage();
    const fetched = watchScripts(page);
    await page.goto("/login/");
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await page.waitForLoadState("networkidle");
    expect([...fetched].sort()).toEqual([...filesOf(readManifest(), "login", language)].sort());
    expect(sizeOf(...fetched)).toBeLessThanOrEqual(MAX.login);
    await context.close();
  });
}
