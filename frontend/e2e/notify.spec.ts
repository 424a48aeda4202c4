import type { Page } from "@playwright/test";
import { expect, test } from "./fixtures";

type Shown = { title: string; body: string; tag: string; onclick?: () => void };

/** A browser that notifies, as far as a page can tell; real ones show nothing without a screen. */
function standIn() {
  const shown: Shown[] = [];
  class StandIn {
    onclick?: () => void;
    static get permission() {
      return localStorage.getItem("e2e.permission") ?? "default";
    }
    static async requestPermission() {
      localStorage.setItem("e2e.permission", "granted");
      return "granted";
    }
    constructor(title: string, options: { body: string; tag: string }) {
      shown.push(Object.assign(this, { title, ...options }));
    }
    close() {
      shown.splice(0, shown.length, ...shown.filter((each) => each !== (this as unknown)));
    }
  }
  Object.assign(window, { Notification: StandIn, shown });
}

const shownOn = (page: Page) =>
  page.evaluate(() =>
    (window as unknown as { shown: Shown[] }).shown.map(({ title, body }) => `${title}: ${body}`),
  );

async function turn(page: Page, state: "visible" | "hidden") {
  await page.evaluate((now) => {
    Object.defineProperty(document, "visibilityState", { configurable: true, get: () => now });
    document.dispatchEvent(new Event("visibilitychange"));
  }, state);
}

test("one hidden tab notifies, once it was asked for, and leads to the room", async ({
  person,
}) => {
  const [ann, bob] = [await person("Ann"), await person("Bob")];
  await bob.context.addInitScript(standIn);
  await bob.page.goto("/");
  const bobId = (await bob.call<{ id: number }>("GET", "/api/profiles/me")).id;
  const room = await ann.call<{ id: number; name: string; slug: string; head: number }>(
    "PUT",
    `/api/rooms/direct/${bobId}`,
  );
  await expect(bob.roomRow("Ann")).toBeVisible();
  const bar = bob.page.getByRole("region", { name: "Notifications of messages" });
  await expect(bar).toHaveCount(0);

  await ann.say(room, "Hello, Bob");
  await expect(bar).toBeVisible();
  await expect(bob.page).toHaveTitle(/^\(1\) /);
  await expect(bob.page.locator('link[rel="icon"]')).toHaveAttribute("href", "/icon-unread.svg");
  expect(await shownOn(bob.page)).toEqual([]);
  await bar.getByRole("button", { name: "Turn on" }).click();
  await expect(bar).toHaveCount(0);

  const second = await bob.context.newPage();
  await second.goto("/");
  await expect(second.locator('[data-region="sidebar"]').getByText("Ann")).toBeVisible();
  await turn(second, "hidden");
  await turn(bob.page, "hidden");
  await ann.say(room, "Are you **there**?");
  const both = async () => [...(await shownOn(bob.page)), ...(await shownOn(second))];
  await expect.poll(both).toEqual(["Ann: Are you there?"]);
  await expect(second).toHaveTitle(/^\(2\) /);

  const ringing = (await shownOn(second)).length > 0 ? second : bob.page;
  await turn(ringing, "visible");
  await ringing.evaluate(() => {
    (window as unknown as { shown: Shown[] }).shown[0]?.onclick?.();
  });
  await expect(ringing).toHaveURL(new RegExp(`/chat/room/${room.id}/$`));
  await expect(ringing).not.toHaveTitle(/^\(/);
  await expect(ringing.locator('link[rel="icon"]')).toHaveAttribute("href", "/icon.svg");
  expect(await both()).toEqual([]);
});

test("who says no is not asked again", async ({ person }) => {
  const [ann, bob] = [await person("Ann"), await person("Bob")];
  await bob.context.addInitScript(standIn);
  const bobId = (await bob.call<{ id: number }>("GET", "/api/profiles/me")).id;
  const room = await ann.call<{ id: number; name: string; slug: string; head: number }>(
    "PUT",
    `/api/rooms/direct/${bobId}`,
  );
  await bob.page.goto("/");
  await expect(bob.roomRow("Ann")).toBeVisible();
  await ann.say(room, "One");
  const bar = bob.page.getByRole("region", { name: "Notifications of messages" });
  await bar.getByRole("button", { name: "Not now" }).click();
  await expect(bar).toHaveCount(0);
  await bob.page.reload();
  await expect(bob.roomRow("Ann")).toBeVisible();
  await ann.say(room, "Two");
  await expect(bob.page).toHaveTitle(/^\(2\) /);
  await expect(bar).toHaveCount(0);
});
