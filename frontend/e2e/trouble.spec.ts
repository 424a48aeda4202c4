import { Caller } from "./caller";
import { expect, PASSWORD, test } from "./fixtures";
import { Front } from "./front";
import { Wire } from "./wire";

test("a newer client says so in an open tab, also in one that brought the first, and is a press away", async ({
  person,
  server,
}) => {
  const front = await Front.before(server);
  try {
    const ann = await person("Ann");
    const { page } = ann;
    const room = await ann.createRoom("Renewed");
    await page.goto(`${front.url}/chat/room/${room.id}/`);
    await expect(ann.composer).toBeVisible();
    const toast = ann.toasts.getByText("A new version is ready.");
    // The first worker takes the page over; that is no news.
    await page.evaluate(async () => {
      await navigator.serviceWorker.ready;
    });
    await expect
      .poll(() => page.evaluate(() => navigator.serviceWorker.controller?.state))
      .toBe("activated");
    await expect(toast).toHaveCount(0);
    // What watches for a newer one comes once the page has nothing better to do.
    await expect.poll(() => page.evaluate(hasLater), { timeout: 30_000 }).toBe(true);

    front.renew();
    await page.evaluate(async () => void (await (await navigator.serviceWorker.ready).update()));
    await expect(toast).toBeVisible();
    // It waits for as long as it takes, and throws nothing away.
    await ann.composer.fill("Not yet");
    await page.waitForTimeout(6_000);
    await expect(toast).toBeVisible();
    await ann.toasts.getByRole("button", { name: "Reload" }).click();
    await expect(toast).toHaveCount(0);
    await expect(ann.composer).toHaveValue("Not yet");
  } finally {
    front.stop();
  }
});

const hasLater = () =>
  performance.getEntriesByType("resource").some(({ name }) => name.includes("/assets/later-"));

test("what the server refuses is said in words that stay until they are sent away", async ({
  person,
}) => {
  const ann = await person("Ann");
  const wire = await Wire.through(ann.context);
  const room = await ann.createRoom("Refusing");
  await ann.say(room, "Tea at five?");
  await ann.open(room);
  const row = ann.log.getByRole("article").filter({ hasText: "Tea at five?" });
  wire.refuse("reaction.add", "forbidden", "There are enough of these.");
  await row.hover();
  await row
    .getByRole("toolbar")
    .getByRole("button", { name: /^React with/ })
    .first()
    .click();
  const alert = ann.toasts.getByRole("alert");
  await expect(alert).toContainText("There are enough of these.");
  await ann.page.mouse.move(0, 0);
  await ann.page.waitForTimeout(6_000);
  await expect(alert).toBeVisible();
  await alert.getByRole("button", { name: "Dismiss" }).click();
  await expect(alert).toHaveCount(0);
  await expect(row.getByRole("button", { name: /^.+ 1$/ })).toHaveCount(0);
});

test("what goes wrong in a dialog is said in it, and selecting past its edge does not close it", async ({
  person,
}) => {
  const [ann, bob] = [await person("Ann"), await person("Bob")];
  const room = await ann.createRoom("Behind a dialog");
  await ann.open(room);
  await ann.page.route(/\/members\/\d+$/, (route) => route.abort());
  await ann.log.getByRole("button", { name: "Invite people" }).click();
  const dialog = ann.page.getByRole("dialog");
  const field = dialog.getByRole("searchbox");
  await field.fill(bob.username);

  const box = await field.boundingBox();
  if (!box) throw new Error("no field");
  await ann.page.mouse.move(box.x + box.width - 20, box.y + box.height / 2);
  await ann.page.mouse.down();
  await ann.page.mouse.move(20, box.y + box.height / 2, { steps: 4 });
  await ann.page.mouse.up();
  await expect(dialog).toBeVisible();

  // Other tests may have made people of that name: until the answer is there they are listed too.
  await expect(dialog.getByRole("button", { name: "Add Bob" })).toHaveCount(1);
  await dialog.getByRole("button", { name: "Add Bob" }).click();
  const alert = dialog.getByRole("alert");
  await expect(alert).toBeVisible();
  await alert.getByRole("button", { name: "Dismiss" }).click();
  await expect(alert).toHaveCount(0);
  await ann.page.mouse.click(20, 400);
  await expect(dialog).toHaveCount(0);
});

test("the word that the line is lost leaves the bar of what is new to be read and pressed", async ({
  person,
}) => {
  const [ann, bob] = [await person("Ann"), await person("Bob")];
  const room = await ann.createRoom("New and lost");
  await bob.joinRoom(room);
  await ann.say(room, "read");
  for (let number = 1; number <= 60; number += 1) await bob.say(room, `new ${number}`);
  const wire = await Wire.through(ann.context);
  await ann.open(room);
  const done = ann.page.getByRole("button", { name: "Mark as read" });
  await expect(done).toBeVisible();
  await wire.cut();
  const banner = ann.page.getByRole("region", { name: "Connection" });
  await expect(banner).toBeVisible();
  const [upper, lower] = [await banner.boundingBox(), await done.boundingBox()];
  expect(lower?.y).toBeGreaterThanOrEqual((upper?.y ?? 0) + (upper?.height ?? 0));
  await done.click();
  await expect(done).toHaveCount(0);
});

test("a screen that breaks leaves a sentence and a way on, in the language of its reader", async ({
  person,
}) => {
  for (const [locale, title, reload] of [
    ["en-GB", "Something went wrong", "Reload"],
    ["ru-RU", "Что-то пошло не так", "Обновить"],
  ] as const) {
    const ann = await person("Ann", { locale });
    // An answer that no server of ours gives.
    await ann.page.route(/\/api\/profiles$/, (route) =>
      route.fulfill({ json: { items: [{ id: 1 }], next: null } }),
    );
    await ann.page.goto("/profiles/");
    const heading = ann.page.getByRole("heading", { level: 1, name: title });
    await expect(heading).toBeVisible();
    await expect(ann.page.getByRole("alert")).toBeVisible();
    // What is beside it still works, and leads away.
    await ann.page.locator('[data-region="sidebar"] a[href="/chat/"]').click();
    await expect(heading).toHaveCount(0);
    await expect(ann.page.getByRole("searchbox")).toBeVisible();
    await ann.page.goBack();
    await expect(heading).toBeVisible();
    await ann.page.unroute(/\/api\/profiles$/);
    await ann.page.getByRole("button", { name: reload }).click();
    await expect(heading).toHaveCount(0);
    // Other tests may have made more people than one page has.
    await ann.page.getByRole("searchbox").fill(ann.username);
    await expect(ann.page.getByText(`@${ann.username}`)).toBeVisible();
  }
});

test("code that is gone is asked for once more with a fresh page, and then said to be missing", async ({
  person,
}) => {
  const ann = await person("Ann", { serviceWorkers: "block" });
  const { page } = ann;
  await page.goto("/chat/");
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  let asked = 0;
  await page.route(/\/assets\/PeoplePage-[^/]*\.js$/, (route) => {
    asked += 1;
    return route.fulfill({ status: 404 });
  });
  await page.getByRole("link", { name: "People", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Something went wrong" })).toBeVisible();
  expect(asked).toBe(2);
  await page.unrouteAll();
  await page.getByRole("button", { name: "Reload" }).click();
  // Other tests may have made more people than one page has.
  await page.getByRole("searchbox").fill(ann.username);
  await expect(page.getByText(`@${ann.username}`)).toBeVisible();
});

/** Ends every session but the one that is used for it. */
async function endSessions(who: Caller): Promise<void> {
  const { items } = await who.call<{ items: { id: number; current: boolean }[] }>(
    "GET",
    "/api/auth/sessions",
  );
  for (const { id, current } of items) {
    if (!current) await who.call("DELETE", `/api/auth/sessions/${id}`);
  }
}

test("a session that was ended elsewhere says so, keeps what was being written, and comes back to it", async ({
  person,
  browser,
  server,
}) => {
  const ann = await person("Ann");
  const room = await ann.createRoom("Ended");
  await ann.open(room);
  const path = new URL(ann.page.url()).pathname;
  await ann.composer.fill("Where was I?");
  // Past the moment after which a draft is kept.
  await expect
    .poll(() => ann.page.evaluate(() => JSON.stringify(localStorage).includes("Where was I?")))
    .toBe(true);
  const phone = await browser.newContext({ baseURL: server.url });
  const elsewhere = await phone.request.post("/api/auth/login", {
    data: { username: ann.username, password: PASSWORD },
  });
  const { access_token } = await elsewhere.json();
  const other = new Caller(ann.name, ann.username, server, access_token);
  await endSessions(other);
  await expect(ann.page).toHaveURL(/\/login\//);
  await expect(ann.page.getByText("You were signed out. Please sign in again.")).toBeVisible();
  expect(new URL(ann.page.url()).searchParams.get("next")).toBe(path);
  await ann.page.getByLabel("Username or e-mail").fill(ann.username);
  await ann.page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await ann.page.getByRole("button", { name: "Sign in" }).click();
  await expect(ann.page).toHaveURL(new RegExp(`${path}$`));
  await expect(ann.composer).toHaveValue("Where was I?");
  await phone.close();
});

test("a room that is entered again without a network takes nobody for gone", async ({ person }) => {
  const [ann, bob] = [await person("Ann"), await person("Bob")];
  const [room, other] = [await ann.createRoom("Tunnel"), await ann.createRoom("Daylight")];
  const wire = await Wire.through(ann.context);
  await bob.joinRoom(room);
  await bob.open(room);
  await ann.open(room);
  const members = await ann.showMembers();
  await expect(members.getByText("Bob, Online")).toBeVisible();
  await ann.roomRow(other.name).click();
  await expect(ann.page.getByRole("heading", { level: 1, name: other.name })).toBeVisible();
  await wire.cut();
  await ann.context.setOffline(true);
  await ann.roomRow(room.name).click();
  await expect(ann.page.getByText(/Reconnecting/).first()).toBeVisible();
  await expect(members.getByText("Bob, Online")).toBeVisible();
  // The banner says enough.
  await expect(ann.toasts.getByRole("alert")).toHaveCount(0);
  // What changed meanwhile is seen as soon as there is a network again.
  await bob.call("PATCH", "/api/profiles/me", { presence: "busy" });
  await ann.context.setOffline(false);
  wire.mend();
  await expect(members.getByText("Bob, Do not disturb")).toBeVisible({ timeout: 40_000 });
});

test("[001-10] who went while there was no network is not taken for somebody who is there", async ({
  person,
}) => {
  const [ann, bob] = [await person("Ann"), await person("Bob")];
  const room = await ann.createRoom("Long tunnel");
  await bob.joinRoom(room);
  const wire = await Wire.through(ann.context);
  await bob.open(room);
  await ann.page.goto("/profiles/");
  await ann.page.getByRole("searchbox").fill(bob.username);
  const row = ann.page
    .getByRole("main")
    .getByRole("listitem")
    .filter({ hasText: `@${bob.username} ` });
  await expect(row).toContainText("Online");
  await wire.cut();
  await bob.page.goto("about:blank");
  await expect
    .poll(
      async () =>
        (await ann.call<{ online_count: number }>("GET", `/api/rooms/${room.id}`)).online_count,
    )
    .toBe(0);
  wire.mend();
  await expect(row).toContainText("Offline", { timeout: 40_000 });

  await row.getByRole("link", { name: "Bob" }).click();
  await expect(ann.page.getByRole("main").getByText("Offline", { exact: true })).toBeVisible();
  await bob.open(room);
  await expect(ann.page.getByRole("main").getByText("Online", { exact: true })).toBeVisible();
});
