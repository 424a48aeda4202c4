import type { Page } from "@playwright/test";
import { expect, test } from "./fixtures";
import { type Shown, standIn } from "./notifications";

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

test("the settings turn notifications on and off, on a phone too", async ({ person }) => {
  const ann = await person("Ann", { viewport: { width: 390, height: 844 } });
  await ann.context.addInitScript(standIn);
  await ann.page.goto("/settings/");
  await ann.page.getByRole("link", { name: "Notifications" }).click();
  const toggle = ann.page.getByRole("switch", { name: "Notify me of messages" });
  await expect(toggle).not.toBeChecked();
  await toggle.click();
  await expect(toggle).toBeChecked();
  await ann.page.reload();
  await expect(toggle).toBeChecked();
  await toggle.press("Space");
  await expect(toggle).not.toBeChecked();
  await ann.page.reload();
  await expect(toggle).toBeVisible();
  await expect(toggle).not.toBeChecked();
});

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
