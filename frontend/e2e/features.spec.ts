import { expect, type Person, test } from "./fixtures";

/** Two or three people in a room of their own, all looking at it. */
async function gather(name: string, people: readonly Person[]) {
  const [host, ...guests] = people;
  if (!host) throw new Error("nobody to gather");
  const room = await host.createRoom(name);
  for (const guest of guests) await guest.joinRoom(room);
  await Promise.all(people.map((who) => who.open(room)));
  return room;
}

test("[004-8] an edit is seen by everybody, marked, and what was said before can be read", async ({
  person,
}) => {
  const [ann, bob] = [await person("Ann"), await person("Bob")];
  await gather("Edits", [ann, bob]);
  await ann.write("The kettel is on");
  await expect(bob.rows("The kettel is on")).toHaveCount(1);

  await ann.command(ann.rows("The kettel is on"), "Edit");
  const box = ann.log.getByRole("textbox", { name: "Edit the message" });
  await expect(box).toBeFocused();
  await box.fill("The kettle is on");
  await ann.log.getByRole("button", { name: "Save" }).click();

  for (const who of [ann, bob]) {
    const row = who.log.getByRole("article").filter({ hasText: "The kettle is on" });
    await expect(row).toHaveCount(1);
    await expect(row).toContainText("(edited)");
    await expect(who.log).not.toContainText("kettel");
  }
  const row = ann.log.getByRole("article").filter({ hasText: "The kettle is on" });
  await ann.command(row, "Edit history");
  await expect(ann.page.getByRole("dialog")).toContainText("The kettel is on");
});

test("[004-8] a deletion can be undone for a moment, and then is one for everybody", async ({
  person,
}) => {
  const [ann, bob] = [await person("Ann"), await person("Bob")];
  const room = await gather("Deletions", [ann, bob]);
  await ann.write("Said too quickly");
  await expect(bob.rows("Said too quickly")).toHaveCount(1);

  await ann.command(ann.rows("Said too quickly"), "Delete");
  await expect(ann.log.getByText("This message was deleted")).toBeVisible();
  await ann.page.getByRole("button", { name: "Undo" }).click();
  await expect(ann.rows("Said too quickly")).toHaveCount(1);
  await ann.write("Still here?");
  await expect(bob.rows("Still here?")).toHaveCount(1);
  await expect(bob.rows("Said too quickly")).toHaveCount(1);

  await ann.command(ann.rows("Said too quickly"), "Delete");
  await ann.toasts.getByRole("button", { name: "Dismiss" }).click();
  for (const who of [ann, bob]) {
    await expect(who.log.getByText("This message was deleted")).toBeVisible();
    await expect(who.log).not.toContainText("Said too quickly");
  }
  expect(await bob.texts(room)).not.toContain("Said too quickly");
});

test("[004-10] reactions are counted and named on every screen, and a second press takes one's own back", async ({
  person,
}) => {
  const [ann, bob] = [await person("Ann"), await person("Bob")];
  await gather("Reactions", [ann, bob]);
  await ann.write("Tea at five?");
  await expect(bob.rows("Tea at five?")).toHaveCount(1);

  await bob.command(bob.rows("Tea at five?"), "Add reaction");
  await bob.page.getByRole("combobox", { name: "Search emoji" }).fill("teacup");
  const cup = bob.page.getByRole("gridcell", { name: /teacup/i }).first();
  await expect(cup).toBeVisible();
  await cup.click();

  const pill = (who: Person, count: number) =>
    who.rows("Tea at five?").getByRole("button", { name: new RegExp(`^🍵 ${count}`, "u") });
  await expect(pill(bob, 1)).toHaveAttribute("aria-pressed", "true");
  await expect(pill(ann, 1)).toHaveAttribute("aria-pressed", "false");
  await expect(pill(ann, 1)).toHaveAccessibleName("🍵 1: Bob");
  await pill(ann, 1).click();
  await expect(pill(bob, 2)).toBeVisible();
  await expect(pill(ann, 2)).toHaveAttribute("aria-pressed", "true");
  for (const who of [ann, bob]) {
    await expect(pill(who, 2)).toHaveAccessibleName("🍵 2: Bob and Ann");
    if (who.isPhone) continue;
    // Where there is a pointer, the names are shown to it.
    await who.rows("Tea at five?").getByText("Tea at five?").hover();
    await pill(who, 2).hover();
    await expect(who.page.getByText("Bob and Ann", { exact: true })).toBeVisible();
  }
  await pill(bob, 2).click();
  await expect(pill(ann, 1)).toHaveAccessibleName("🍵 1: Ann");
  await pill(ann, 1).click();
  for (const who of [ann, bob]) {
    await expect(who.rows("Tea at five?").getByRole("button", { name: /^🍵/u })).toHaveCount(0);
  }
});

test("a reply shows what it answers", async ({ person }) => {
  const [ann, bob] = [await person("Ann"), await person("Bob")];
  await gather("Replies", [ann, bob]);
  await ann.write("Milk first or tea first?");
  await expect(bob.rows("Milk first or tea first?")).toHaveCount(1);

  await bob.command(bob.rows("Milk first or tea first?"), "Reply");
  await expect(bob.page.getByText("Reply to Ann", { exact: true })).toBeVisible();
  await bob.write("Tea, of course");
  await expect(bob.page.getByText("Reply to Ann", { exact: true })).toHaveCount(0);
  const answer = ann.log.getByRole("article").filter({ hasText: "Tea, of course" });
  await expect(answer).toContainText("In reply to Ann");
  await expect(answer).toContainText("Milk first or tea first?");
});

test("[002-8] [002-12] [002-16] a whisper is seen by two, by nobody else, and is gone after a reload", async ({
  person,
}) => {
  const people = [await person("Ann"), await person("Bob"), await person("Carl")] as const;
  const [ann, bob, carl] = people;
  const room = await gather("Whispers", people);

  await ann.page.getByRole("button", { name: "Whisper", exact: true }).click();
  await ann.page.getByRole("menuitem", { name: "Bob" }).click();
  await expect(ann.page.getByText("Only Bob sees this. It is not stored.")).toBeVisible();
  const whisperBox = ann.page.getByRole("textbox", { name: "Whisper to Bob" });
  await ann.write("The cake is hidden", whisperBox);
  await expect(ann.log.getByText("The cake is hidden")).toBeVisible();
  await expect(ann.log.getByText("Whisper to Bob")).toBeVisible();
  await expect(bob.log.getByText("The cake is hidden")).toBeVisible();
  await expect(bob.log.getByText("Whisper to you")).toBeVisible();

  await ann.page.getByRole("button", { name: "Stop whispering" }).click();
  await ann.write("Hello, everybody");
  await expect(carl.rows("Hello, everybody")).toHaveCount(1);
  await expect(carl.log).not.toContainText("The cake is hidden");

  const whisper = bob.log.getByRole("article").filter({ hasText: "The cake is hidden" });
  await whisper.press("p");
  await expect(bob.page.getByRole("heading", { level: 1, name: "Ann" })).toBeVisible();
  await bob.page.goBack();
  await expect(whisper).toBeVisible();
  await whisper.press("w");
  await expect(bob.page.getByRole("textbox", { name: "Whisper to Ann" })).toBeFocused();

  await bob.page.reload();
  await expect(bob.rows("Hello, everybody")).toHaveCount(1);
  await expect(bob.log).not.toContainText("The cake is hidden");
  expect(await ann.texts(room)).toEqual(["Hello, everybody"]);
});

test("[002-12] [004-11] a whisper to somebody who has left is refused, and its text stays", async ({
  person,
}) => {
  const [ann, bob] = [await person("Ann"), await person("Bob")];
  await gather("Refused whispers", [ann, bob]);
  await ann.composer.fill(`/w ${bob.username} First`);
  const whisperBox = ann.page.getByRole("textbox", { name: "Whisper to Bob" });
  await expect(whisperBox).toHaveValue("First");
  await ann.send(whisperBox);
  await expect(bob.log.getByText("First", { exact: true })).toBeVisible();
  await bob.page.close();
  const members = await ann.showMembers();
  await expect(members.getByText("Bob, Offline")).toBeVisible();
  if (ann.isPhone) await ann.page.keyboard.press("Escape");

  await ann.write("Second", whisperBox);
  await expect(ann.page.getByRole("alert")).toContainText("Bob is not online");
  await expect(whisperBox).toHaveValue("Second");
  await expect(ann.log).not.toContainText("Second");
});

test("[004-9] who is typing is shown to the others, and ends by itself", async ({ person }) => {
  const [ann, bob] = [await person("Ann"), await person("Bob")];
  await gather("Typing", [ann, bob]);
  await bob.composer.pressSequentially("Let me think");
  await expect(ann.page.getByText("Bob is typing")).toBeVisible();
  await expect(bob.page.getByText(/is typing/)).toHaveCount(0);
  await expect(ann.page.getByText("Bob is typing")).toHaveCount(0, { timeout: 10_000 });

  await bob.composer.pressSequentially(", well");
  await expect(ann.page.getByText("Bob is typing")).toBeVisible();
  await bob.send();
  await expect(ann.rows("Let me think, well")).toHaveCount(1);
  await expect(ann.page.getByText("Bob is typing")).toHaveCount(0, { timeout: 2_000 });
});

test("[002-14] [002-20] presence follows what somebody says and whether they are there", async ({
  person,
}) => {
  const [ann, bob] = [await person("Ann"), await person("Bob")];
  const room = await gather("Presence", [ann, bob]);
  const members = await ann.showMembers();
  await expect(members.getByText("Bob, Online")).toBeVisible();
  await bob.call("PATCH", "/api/profiles/me", { presence: "busy" });
  await expect(members.getByText("Bob, Do not disturb")).toBeVisible();
  await bob.call("PATCH", "/api/profiles/me", { presence: "online" });
  await expect(members.getByText("Bob, Online")).toBeVisible();

  // One of two tabs goes: they are still there.
  const second = await bob.context.newPage();
  await second.goto(`/chat/room/${room.id}/`);
  await expect(second.getByRole("textbox", { name: /Message to/ })).toBeVisible();
  await bob.page.close();
  // A person counts as gone 3 s after their last socket; this one was not the last.
  await ann.page.waitForTimeout(4_000);
  await expect(members.getByText("Bob, Online")).toBeVisible();
  await second.close();
  await expect(members.getByText("Bob, Offline")).toBeVisible({ timeout: 10_000 });
});

test("[001-10] [001-13] [003-5] [003-8] a direct room opens from the people and by its address, and is nobody else's", async ({
  person,
}) => {
  const [ann, bob, carl] = [await person("Ann"), await person("Bob"), await person("Carl")];
  await ann.page.goto("/profiles/");
  await ann.page.getByRole("searchbox").fill(bob.username);
  const found = ann.page.getByRole("listitem").filter({ hasText: `@${bob.username}` });
  await found.getByRole("button", { name: "Message Bob" }).click();
  await expect(ann.page.getByRole("heading", { level: 1, name: "Bob" })).toBeVisible();
  await ann.write("Between us");
  const path = new URL(ann.page.url()).pathname;

  await bob.page.goto(`/messages/${ann.username}/`);
  await expect(bob.rows("Between us")).toHaveCount(1);
  expect(new URL(bob.page.url()).pathname).toBe(path);
  await bob.page.goto("/messages/");
  await expect(bob.page.getByRole("main").getByText("Between us")).toBeVisible();

  for (const where of [path, `/messages/${carl.username}/`, "/messages/nobody-at-all/"]) {
    await carl.page.goto(where);
    await expect(carl.page.getByRole("heading", { name: "There is nothing here" })).toBeVisible();
    await expect(carl.page.getByText("Between us")).toHaveCount(0);
  }
});

test("[000-11] a room for staff is listed with a lock, and refuses everybody else in words", async ({
  person,
  staff,
}) => {
  const [root, ann] = [await staff("Root"), await person("Ann")];
  const room = await root.createRoom("Back office", { staff_only: true });
  await root.open(room);
  await root.write("Nobody but us");

  await ann.page.goto("/chat/");
  await ann.page.getByRole("searchbox").fill("back office");
  const row = ann.page.getByRole("main").getByRole("listitem").filter({ hasText: "Back office" });
  await expect(row.getByRole("img", { name: "Staff only" })).toBeVisible();
  await row.getByRole("button", { name: "Join Back office" }).click();
  await expect(ann.page.getByRole("alert")).toContainText(/staff/i);
  await expect(ann.page).toHaveURL(/\/chat\/$/);

  await ann.page.goto(`/chat/room/${room.id}/`);
  const heading = ann.page.getByRole("heading", { name: "You cannot enter this room" });
  await expect(heading.first()).toBeVisible();
  await expect(ann.page.getByText("Nobody but us")).toHaveCount(0);
});
