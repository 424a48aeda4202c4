import type { Room } from "./caller";
import { expect, PASSWORD, test } from "./fixtures";

/** Signs up by the form, as a newcomer does. */
async function signUpByHand(page: import("@playwright/test").Page, username: string) {
  await page.goto("/");
  await expect(page).toHaveURL(/\/login\//);
  await page.getByRole("link", { name: "Create account" }).click();
  await page.getByLabel("Username").fill(username);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByLabel("Repeat the password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByRole("main")).toBeVisible();
  await expect(page).not.toHaveURL(/\/(login|signup)\//);
}

test("[000-1] [003-1] [003-4] [003-7] two people sign up, one makes a room, the other joins, and they talk", async ({
  browser,
  server,
}) => {
  const options = { baseURL: server.url, locale: "en-GB" };
  const [annContext, bobContext] = [
    await browser.newContext(options),
    await browser.newContext(options),
  ];
  const [ann, bob] = [await annContext.newPage(), await bobContext.newPage()];
  await signUpByHand(ann, "ann-talks");
  await signUpByHand(bob, "bob-talks");

  await ann.goto("/chat/");
  await ann
    .getByRole("button", { name: /Create a room|New room/ })
    .first()
    .click();
  const dialog = ann.getByRole("dialog");
  await dialog.getByLabel("Name").fill("Kettle corner");
  await dialog.getByRole("button", { name: "Create room" }).click();
  await expect(ann.getByRole("heading", { level: 1, name: "Kettle corner" })).toBeVisible();

  await bob.goto("/chat/");
  await bob.getByRole("searchbox").fill("kettle");
  await bob.getByRole("button", { name: "Join Kettle corner" }).click();
  await expect(bob.getByRole("heading", { level: 1, name: "Kettle corner" })).toBeVisible();
  await expect(ann.getByRole("log").getByText("bob-talks joined")).toBeVisible();

  const write = async (page: typeof ann, text: string) => {
    await page.getByRole("textbox", { name: /Message to/ }).fill(text);
    await page.getByRole("button", { name: "Send" }).click();
  };
  await write(ann, "Is the water hot?");
  await expect(bob.getByRole("log").getByText("Is the water hot?")).toBeVisible();
  await write(bob, "It is. **Come in!**");
  await expect(ann.getByRole("log").locator("strong", { hasText: "Come in!" })).toBeVisible();
  await expect(bob.getByRole("log").getByText("Is the water hot?")).toHaveCount(1);

  await ann.reload();
  await expect(ann.getByRole("log").getByText("Is the water hot?")).toBeVisible();
  await expect(ann.getByRole("heading", { level: 1, name: "Kettle corner" })).toBeVisible();
  await annContext.close();
  await bobContext.close();
});

test("unread messages are counted, and reading clears the count", async ({ person }) => {
  const [ann, bob] = [await person("Ann"), await person("Bob")];
  const [quiet, busy] = [await ann.createRoom("Quiet unread"), await ann.createRoom("Busy unread")];
  await bob.joinRoom(quiet);
  await bob.joinRoom(busy);
  await ann.open(quiet);
  await ann.showRooms();
  const row = ann.roomRow("Busy unread");
  await expect(row).toBeVisible();
  for (const text of ["one", "two", "three"]) await bob.say(busy, text);
  await expect(row).toContainText("3 unread messages");
  await row.click();
  await expect(ann.rows("three")).toBeVisible();
  const me = await expect.poll(
    async () =>
      (await ann.call<{ me: { unread: number } }>("GET", `/api/rooms/${busy.id}`)).me.unread,
  );
  await me.toBe(0);
  await ann.showRooms();
  await expect(row).not.toContainText("unread messages");
});

test("direct rooms stand by what was said last in them, and a phone shows it as it is now", async ({
  person,
}) => {
  const ann = await person("Ann");
  const directs: Room[] = [];
  for (const name of ["Bea", "Cid", "Dan", "Eve", "Fay"]) {
    const { id } = await ann.call<{ id: number }>(
      "GET",
      `/api/profiles/by-username/${(await person(name)).username}`,
    );
    directs.push(await ann.call<Room>("PUT", `/api/rooms/direct/${id}`));
  }
  const [bea, cid, dan, eve, fay] = directs as [Room, Room, Room, Room, Room];
  const said: number[] = [];
  for (const room of [dan, eve, fay, bea, cid]) said.push((await ann.say(room, "hello")).id);
  await ann.say(bea, "dinner at eight");

  const inOrder = async (names: string[]) => {
    const rows = ann.page
      .locator('[data-region="sidebar"] section')
      .last()
      .getByRole("listitem")
      .getByRole("link");
    await expect(rows).toHaveText(names.map((name) => new RegExp(name)));
  };
  await ann.page.goto("/");
  await inOrder(["Bea", "Cid", "Fay", "Eve", "Dan"]);
  if (!ann.isPhone) return;
  await expect(ann.roomRow("Bea")).toContainText("You: dinner at eight");
  await expect(ann.roomRow("Cid")).toContainText("You: hello");
  await ann.call("PATCH", `/api/messages/${said.at(-1)}`, { body: "good night" });
  await expect(ann.roomRow("Cid")).toContainText("You: good night");
  await ann.call("DELETE", `/api/messages/${said.at(-1)}`);
  await expect(ann.roomRow("Cid")).toContainText("This message was deleted");
});

test("[002-11] history reaches the first message upwards, without a jump", async ({ person }) => {
  const ann = await person("Ann");
  const room = await ann.createRoom("Long history");
  for (let number = 1; number <= 230; number += 1) await ann.say(room, `line ${number}`);
  await ann.open(room);
  await expect(ann.rows("line 230")).toBeVisible();
  await ann.log.hover();
  await expect(async () => {
    await ann.page.mouse.wheel(0, -4_000);
    await expect(ann.rows("line 1")).toBeVisible({ timeout: 500 });
  }).toPass({ timeout: 30_000 });
  await expect(ann.rows("line 2")).toHaveCount(1);
});

test("a page that is not there and a room that may not be known of look the same", async ({
  person,
}) => {
  const [ann, bob] = [await person("Ann"), await person("Bob")];
  const hidden = await ann.createRoom("Hidden", { invite_only: true });
  const seen: (string | null)[] = [];
  for (const path of [`/chat/room/${hidden.id}/`, "/chat/room/999999/", "/no/such/page/"]) {
    await bob.page.goto(path);
    await expect(bob.page.getByRole("heading", { name: "There is nothing here" })).toBeVisible();
    seen.push(await bob.page.getByRole("main").textContent());
  }
  expect(new Set(seen).size).toBe(1);

  // Neither this page nor the door of a room is the end of the way on a phone.
  const open = await ann.createRoom("Not joined yet");
  await bob.page.goto(`/chat/room/${open.id}/`);
  await expect(bob.page.getByRole("button", { name: "Join Not joined yet" })).toBeVisible();
  const back = bob.page.getByRole("link", { name: "Back", exact: true });
  await expect(back).toBeVisible({ visible: bob.isPhone });
  if (!bob.isPhone) return;
  await back.click();
  await expect(bob.page.getByRole("button", { name: /^Jump to/ })).toBeVisible();
  await bob.page.goto("/no/such/page/");
  await back.click();
  await expect(bob.page.getByRole("button", { name: /^Jump to/ })).toBeVisible();
});

test("signing out leaves nothing to come back to", async ({ person }) => {
  const ann = await person("Ann");
  const room = await ann.createRoom("Sign out here");
  await ann.open(room);
  if (ann.isPhone) {
    await ann.page.goto("/settings/");
    await ann.page.getByRole("button", { name: "Sign out" }).click();
  } else {
    await ann.page.getByRole("button", { name: /Ann/ }).last().click();
    await ann.page.getByRole("menuitem", { name: "Sign out" }).click();
  }
  await expect(ann.page).toHaveURL(/\/login\//);
  await ann.page.goto(`/chat/room/${room.id}/`);
  await expect(ann.page).toHaveURL(/\/login\//);
});
