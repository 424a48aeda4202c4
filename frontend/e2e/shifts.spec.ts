import type { Page } from "@playwright/test";
import { expect, test } from "./fixtures";

/** A line on which what the page waits for comes one after the other, and each is seen to come. */
const SLOW = {
  offline: false,
  latency: 100,
  downloadThroughput: 300_000,
  uploadThroughput: 100_000,
};
/** Whatever moves late moves within this time of the last answer. */
const SETTLED_MS = 300;

type Shift = { value: number; moved: string[] };

/** Notes what moves by itself from the first paint of each page on. */
async function watchShifts(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const shifts: Shift[] = [];
    Object.assign(window, { shifts });
    const name = (node: Node | null) =>
      node instanceof Element ? node.outerHTML.slice(0, 120) : String(node?.nodeName);
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        const { value, sources } = entry as unknown as {
          value: number;
          sources: { node: Node | null }[];
        };
        shifts.push({ value, moved: sources.map(({ node }) => name(node)) });
      }
    }).observe({ type: "layout-shift", buffered: true });
  });
}

test.use({ serviceWorkers: "block" });

for (const [size, viewport] of [
  ["wide", { width: 1350, height: 940 }],
  ["narrow", { width: 390, height: 844 }],
] as const) {
  test(`nothing moves while a first screen comes, ${size}`, async ({ person, browser, server }) => {
    test.setTimeout(240_000);
    const [ann, bob] = [await person("Ann", { viewport }), await person("Bob")];
    const room = await ann.createRoom(`At rest, ${size}`, { topic: "Far out" });
    await bob.joinRoom(room);
    for (let n = 1; n <= 60; n += 1) await bob.say(room, `line ${n}, and a **word** in it`);
    await watchShifts(ann.page);
    const cdp = await ann.context.newCDPSession(ann.page);
    await cdp.send("Network.enable");
    const look = async (page: Page, path: string) => {
      await page.goto(path);
      await expect(page.locator("h1").first()).toBeAttached();
      await page.waitForLoadState("networkidle");
      await page.waitForTimeout(SETTLED_MS);
      const shifts = await page.evaluate(() => (window as unknown as { shifts: Shift[] }).shifts);
      expect.soft(shifts, path).toEqual([]);
    };
    await cdp.send("Network.emulateNetworkConditions", SLOW);
    for (const path of [`/chat/room/${room.id}/`, "/"]) await look(ann.page, path);
    await cdp.send("Network.emulateNetworkConditions", {
      ...SLOW,
      latency: 0,
      downloadThroughput: -1,
    });
    const paths = ["/chat/", "/profiles/", "/messages/", "/search/", "/settings/", "/nowhere/"];
    for (const path of [`/chat/room/${room.id}/`, "/", ...paths]) await look(ann.page, path);

    const context = await browser.newContext({
      baseURL: server.url,
      viewport,
      serviceWorkers: "block",
    });
    const page = await context.newPage();
    await watchShifts(page);
    await look(page, "/login/");
    await look(page, "/signup/");
    await context.close();
  });
}
