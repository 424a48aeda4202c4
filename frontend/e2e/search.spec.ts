import { expect, type Person, test } from "./fixtures";

/** So many lines that the first of them are far outside of what a room loads when it is opened. */
const MANY = 100;

async function fill(who: Person, room: Parameters<Person["say"]>[0], lines = MANY) {
  const said: { id: number; seq: number }[] = [];
  for (let number = 1; number <= lines; number += 1) {
    said.push(await who.say(room, `line ${number}`));
  }
  return said;
}

const results = (who: Person) =>
  who.page.getByRole("list", { name: "Messages found" }).getByRole("listitem");

test("what was said is found by a part of a word, limited, and leads to its place", async ({
  person,
}) => {
  const [ann, bob] = [await person("Ann"), await person("Bob")];
  const [tea, cake] = [await ann.createRoom("Search tea"), await ann.createRoom("Search cake")];
  await bob.joinRoom(tea);
  await bob.joinRoom(cake);
  await ann.say(tea, "The samovar is from Tula");
  await bob.say(tea, "A samovar needs cones");
  await fill(bob, tea, 60);
  await bob.say(cake, "Cake goes with the samovar");

  await ann.open(cake);
  await ann.page.getByRole("button", { name: "Search in this room" }).click();
  const field = ann.page.getByRole("searchbox", { name: "Search messages" });
  await expect(field).toBeFocused();
  await field.fill("SAMOV");
  await expect(results(ann)).toHaveCount(1);
  await expect(results(ann)).toContainText("Cake goes with the samovar");
  await expect(results(ann).locator("mark")).toHaveText("samov");

  await ann.page.getByLabel("Room", { exact: true }).selectOption({ label: "All my rooms" });
  await expect(results(ann)).toHaveCount(3);
  const by = ann.page.getByRole("combobox", { name: "By" });
  await by.fill(bob.username);
  await ann.page.getByRole("option", { name: new RegExp(`@${bob.username}$`) }).click();
  await expect(results(ann)).toHaveCount(2);
  await ann.page.getByLabel("Room", { exact: true }).selectOption({ label: "#Search tea" });
  await expect(results(ann)).toHaveCount(1);
  await ann.page.getByLabel("Until").fill("2020-01-01");
  await expect(ann.page.getByRole("heading", { name: "Nothing found" })).toBeVisible();
  await ann.page.getByLabel("Until").fill("");
  await expect(results(ann)).toHaveCount(1);

  await ann.page.reload();
  await expect(field).toHaveValue("SAMOV");
  await expect(results(ann)).toHaveCount(1);
  await results(ann).getByRole("link").click();
  await expect(ann.rows("A samovar needs cones")).toBeInViewport();
  await ann.page.goBack();
  await expect(field).toHaveValue("SAMOV");
  await expect(results(ann)).toHaveCount(1);
});

test("nobody finds what was said where they are not", async ({ person }) => {
  const [ann, bob] = [await person("Ann"), await person("Bob")];
  const closed = await ann.createRoom("Closed to the search", { invite_only: true });
  await ann.say(closed, "The password is swordfish");
  await bob.page.goto("/search/?q=swordfish");
  await expect(bob.page.getByRole("heading", { name: "Nothing found" })).toBeVisible();
  await bob.page.goto(`/search/?q=swordfish&room=${closed.id}`);
  await expect(bob.page.getByRole("alert")).toBeVisible();
  await expect(bob.page.getByRole("main")).not.toContainText("password");
});

test("the switcher leads to the search", async ({ person }) => {
  const ann = await person("Ann");
  const room = await ann.createRoom("Switcher search");
  await ann.say(room, "Where is the sugar bowl");
  await ann.page.goto("/");
  await ann.page.getByRole("button", { name: /Jump to/ }).click();
  await ann.page.getByRole("combobox", { name: "Rooms and people" }).fill("sugar bowl");
  await ann.page.getByRole("option", { name: "Search messages for “sugar bowl”" }).click();
  await expect(results(ann)).toHaveCount(1);
});

test("the link of a message leads to it, also far above, and back to the newest", async ({
  person,
}) => {
  const ann = await person("Ann");
  await ann.context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const room = await ann.createRoom("Permalinks");
  const said = await fill(ann, room);
  await ann.page.goto(`/chat/room/${room.id}/?at=${said[9]?.seq}`);
  await expect(ann.rows("line 10")).toBeInViewport();
  await expect(ann.rows(`line ${MANY}`)).not.toBeInViewport();

  await ann.command(ann.rows("line 11"), "Copy link");
  await expect(ann.toasts).toContainText("Copied");
  const copied = await ann.page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toContain(`/chat/room/${room.id}/?at=${said[10]?.seq}`);

  await ann.page.getByRole("button", { name: "Jump to the newest message" }).click();
  await expect(ann.rows(`line ${MANY}`)).toBeInViewport();
  await ann.page.goto(copied);
  await expect(ann.rows("line 11")).toBeInViewport();
});

test("a reply leads to what it answers, and a date to what was said first on it", async ({
  person,
}) => {
  const ann = await person("Ann");
  const room = await ann.createRoom("Leading back");
  const said = await fill(ann, room);
  await ann.call("POST", `/api/rooms/${room.id}/messages`, {
    body: "As I said",
    reply_to: said[1]?.id,
  });
  await ann.open(room);
  // The reply has the same words in it.
  const second = ann.log.locator(`[data-seq="${said[1]?.seq}"]`);
  const line = ann.rows("As I said").getByRole("button", { name: /In reply to Ann/ });
  await line.click();
  await expect(second).toBeInViewport();
  await ann.page.getByRole("button", { name: "Jump to the newest message" }).click();
  await expect(ann.rows("As I said")).toBeInViewport();

  await ann.page.getByRole("button", { name: "Room menu" }).click();
  await ann.page.getByRole("menuitem", { name: "Jump to date" }).click();
  await ann.page.getByRole("dialog").getByRole("button", { name: "Jump" }).click();
  await expect(ann.rows("line 1")).toBeInViewport();

  await ann.page.getByRole("button", { name: "Jump to the newest message" }).click();
  await expect(ann.rows("As I said")).toBeInViewport();
  await line.click();
  await expect(second).toBeInViewport();
});

test("the first unread message is one press away, and so is having read them all", async ({
  person,
}) => {
  const [ann, bob] = [await person("Ann"), await person("Bob")];
  const room = await ann.createRoom("Much unread");
  await bob.joinRoom(room);
  await ann.open(room);
  await bob.say(room, "seen by Ann");
  await expect(ann.rows("seen by Ann")).toBeVisible();
  await expect
    .poll(async () => {
      const { me } = await ann.call<{ me: { unread: number } }>("GET", `/api/rooms/${room.id}`);
      return me.unread;
    })
    .toBe(0);
  await ann.page.goto("/");
  await fill(bob, room, 80);
  await ann.open(room);
  await ann.page.getByRole("button", { name: "Jump", exact: true }).click();
  await expect(ann.rows("line 1")).toBeInViewport();
  await expect(ann.log.getByText("New", { exact: true })).toBeInViewport();

  await ann.page.goto("/");
  await fill(bob, room, 40);
  await ann.open(room);
  await ann.page.getByRole("button", { name: "Mark as read" }).click();
  await expect(ann.log.getByText("New", { exact: true })).toHaveCount(0);
});
