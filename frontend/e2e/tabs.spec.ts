import type { Page } from "@playwright/test";
import { expect, type Person, test } from "./fixtures";

/** Another tab of the same browser, in which the server's own word of what was read is lost. */
async function another(who: Person, path: string): Promise<Page> {
  const page = await who.context.newPage();
  await page.routeWebSocket(/\/gateway$/, (socket) => {
    const server = socket.connectToServer();
    server.onMessage((data) => {
      if (JSON.parse(String(data)).type !== "read.updated") socket.send(data);
    });
  });
  await page.goto(path);
  await expect(page.getByRole("main")).toBeVisible();
  return page;
}

const row = (page: Page, name: string) =>
  page.locator("[data-region=sidebar]").getByRole("link", { name });
const composer = (page: Page) => page.getByRole("textbox", { name: /^Message to/ });

test("what is read in one tab is read in the other, at once", async ({ person }) => {
  const [ann, bob] = [await person("Ann"), await person("Bob")];
  const [quiet, busy] = [await ann.createRoom("Tabs quiet"), await ann.createRoom("Tabs busy")];
  await bob.joinRoom(busy);
  await ann.open(quiet);
  const other = await another(ann, `/chat/room/${quiet.id}/`);
  for (const text of ["one", "two"]) await bob.say(busy, text);
  for (const page of [ann.page, other]) {
    await expect(row(page, "Tabs busy")).toContainText("2 unread messages");
  }
  await row(ann.page, "Tabs busy").click();
  await expect(ann.rows("two")).toBeVisible();
  for (const page of [ann.page, other]) {
    await expect(row(page, "Tabs busy")).not.toContainText("unread");
  }
});

test("what is written in one tab is in the other, and is sent from either", async ({ person }) => {
  const ann = await person("Ann");
  const [one, two] = [await ann.createRoom("Tabs one"), await ann.createRoom("Tabs two")];
  await ann.open(one);
  const other = await another(ann, `/chat/room/${two.id}/`);
  await ann.composer.pressSequentially("Half a thought");
  await expect(row(other, "Tabs one")).toContainText("Has a draft");
  await row(other, "Tabs one").click();
  await expect(composer(other)).toHaveValue("Half a thought");
  await expect(composer(other)).toBeFocused();
  await composer(other).press("End");
  await composer(other).pressSequentially(", and the rest");
  await expect(ann.composer).toHaveValue("Half a thought, and the rest");
  await composer(other).press("Enter");
  await expect(composer(other)).toHaveValue("");
  await expect(ann.composer).toHaveValue("");
  await expect(ann.rows("Half a thought, and the rest")).toHaveCount(1);
  expect(await ann.texts(one)).toEqual(["Half a thought, and the rest"]);
});

test("a theme is chosen for every tab, and signing out leaves all of them", async ({ person }) => {
  const ann = await person("Ann");
  const room = await ann.createRoom("Tabs left");
  await ann.open(room);
  const other = await another(ann, "/settings/appearance/");
  for (const [choice, theme] of [
    ["Dark", "dark"],
    ["Light", "light"],
  ] as const) {
    await other.getByRole("radio", { name: choice }).check();
    await expect(ann.page.locator("html")).toHaveAttribute("data-theme", theme);
  }

  await ann.composer.fill("Never sent");
  await other.getByRole("button", { name: /^Ann/ }).click();
  await other.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(other).toHaveURL(/\/login\//);
  await expect(ann.page).toHaveURL(/\/login\//);
  await expect(ann.page.getByText("You signed out in another tab.")).toBeVisible();
  await expect(ann.page.getByRole("log")).toHaveCount(0);
  // Nothing of it is left on this device.
  const left = await ann.page.evaluate(() =>
    Object.keys(localStorage).filter((key) => key.startsWith("parlor.draft.")),
  );
  expect(left).toEqual([]);
});

test("rooms with something unread come first for whoever wants that", async ({ person }) => {
  const [ann, bob] = [await person("Ann"), await person("Bob")];
  const [first, last] = [await ann.createRoom("Order a"), await ann.createRoom("Order b")];
  await bob.joinRoom(last);
  await bob.say(last, "something");
  await ann.open(first);
  const names = () =>
    ann.page
      .locator("[data-region=sidebar]")
      .getByRole("link", { name: /^Order/ })
      .evaluateAll((links) => links.map((link) => link.textContent?.slice(0, 7)));
  await expect.poll(names).toEqual(["Order a", "Order b"]);
  await ann.page.goto("/settings/appearance/");
  await ann.page.getByRole("switch", { name: "Rooms with something unread first" }).click();
  await expect.poll(names).toEqual(["Order b", "Order a"]);
  await ann.page.reload();
  await expect.poll(names).toEqual(["Order b", "Order a"]);
  // Once it is read it is one of the others.
  await ann.open(last);
  await expect.poll(names).toEqual(["Order a", "Order b"]);
});
