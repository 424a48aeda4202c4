import { expect, type Person, test } from "./fixtures";

const heading = (who: Person, name: string) =>
  who.page.getByRole("heading", { level: 1, name, exact: true });

async function choose(who: Person, item: string): Promise<void> {
  await who.page.getByRole("button", { name: "Room menu" }).click();
  await who.page.getByRole("menuitem", { name: item, exact: true }).click();
}

/** What one can do with a member, from the list of members. */
async function chooseFor(who: Person, name: string, item: string): Promise<void> {
  const row = (await who.showMembers()).getByRole("listitem").filter({ hasText: name });
  await row.hover();
  await row.getByRole("button", { name: `Actions for ${name}` }).click();
  await who.page.getByRole("menuitem", { name: item, exact: true }).click();
}

test("[002-2] a new name and topic are on every screen at once", async ({ person }) => {
  const [ann, bob] = [await person("Ann"), await person("Bob")];
  const room = await ann.createRoom("Before renaming");
  await bob.joinRoom(room);
  await Promise.all([ann.open(room), bob.open(room)]);

  await choose(ann, "Room settings");
  const dialog = ann.page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("After renaming");
  await dialog.getByLabel("Topic").fill("What it is about now");
  await expect(dialog.getByRole("switch", { name: "Staff only" })).toHaveCount(0);
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toHaveCount(0);
  for (const who of [ann, bob]) {
    await expect(heading(who, "After renaming")).toBeVisible();
    await expect(who.log.getByText("Ann named the room “After renaming”")).toBeVisible();
    await expect(who.composer).toHaveAccessibleName("Message to #After renaming");
    if (!who.isPhone) await expect(who.page.getByText("What it is about now")).not.toHaveCount(0);
    await who.showRooms();
    await expect(who.roomRow("After renaming")).toBeVisible();
    await expect(who.roomRow("Before renaming")).toHaveCount(0);
  }
});

test("a name that is taken is refused at the field", async ({ person }) => {
  const ann = await person("Ann");
  await ann.createRoom("Taken name");
  const room = await ann.createRoom("Free name");
  await ann.open(room);
  await choose(ann, "Room settings");
  const name = ann.page.getByRole("dialog").getByLabel("Name");
  await name.fill("Taken name");
  await name.press("Enter");
  await expect(ann.page.getByRole("dialog").getByRole("alert")).toBeVisible();
  await expect(name).toHaveAttribute("aria-invalid", "true");
  await expect(name).toBeFocused();
});

test("[002-2] a deleted room leaves everybody's screen with a word", async ({ person }) => {
  const [ann, bob] = [await person("Ann"), await person("Bob")];
  const room = await ann.createRoom("Short lived");
  await bob.joinRoom(room);
  await Promise.all([ann.open(room), bob.open(room)]);
  await bob.page.getByRole("button", { name: "Room menu" }).click();
  await expect(bob.page.getByRole("menuitem", { name: "Leave room" })).toBeVisible();
  await expect(bob.page.getByRole("menuitem", { name: "Delete room" })).toHaveCount(0);
  await expect(bob.page.getByRole("menuitem", { name: "Room settings" })).toHaveCount(0);
  await bob.page.keyboard.press("Escape");

  await choose(ann, "Delete room");
  await expect(ann.page.getByRole("dialog")).toContainText("Delete “Short lived”?");
  await ann.page.getByRole("dialog").getByRole("button", { name: "Delete room" }).click();
  for (const who of [ann, bob]) {
    await expect(who.toasts).toContainText("“Short lived” was deleted.");
    await expect(heading(who, "Browse rooms")).toBeVisible();
    await expect(who.page.getByRole("link", { name: "Short lived" })).toHaveCount(0);
  }
  await bob.page.goto(`/chat/room/${room.id}/`);
  await expect(bob.page.getByRole("heading", { name: "There is nothing here" })).toBeVisible();
});

test("[002-2] the settings list the rooms that one may change, and make, rename and delete them", async ({
  person,
}) => {
  const [ann, bob] = [await person("Ann"), await person("Bob")];
  const other = await bob.createRoom("Of somebody else");
  await ann.joinRoom(other);
  await ann.page.goto("/settings/");
  await ann.page.getByRole("link", { name: "Rooms", exact: true }).click();
  const main = ann.page.getByRole("main");
  await expect(main.getByText("There is none that you may change.")).toBeVisible();
  await main.getByRole("button", { name: "New room" }).click();
  const dialog = ann.page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("From the settings");
  await dialog.getByRole("button", { name: "Create room" }).click();
  await expect(heading(ann, "From the settings")).toBeVisible();

  await ann.page.goto("/settings/rooms/");
  const rows = main.getByRole("list", { name: "Manage rooms" }).getByRole("listitem");
  await expect(rows).toHaveCount(1);
  await rows.getByRole("button", { name: "Room settings: From the settings" }).click();
  await dialog.getByLabel("Name").fill("Renamed there");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(rows).toHaveText([/Renamed there/]);

  // A moderator changes a room, and does not delete it.
  const { id } = await ann.call<{ id: number }>("GET", "/api/profiles/me");
  await bob.call("PUT", `/api/rooms/${other.id}/members/${id}`, { role: "moderator" });
  await expect(rows).toHaveText([/Of somebody else/, /Renamed there/]);
  await expect(rows.getByRole("button", { name: /^Room settings/ })).toHaveCount(2);
  await rows.getByRole("button", { name: /^Delete/ }).click();
  await dialog.getByRole("button", { name: "Delete room" }).click();
  await expect(ann.toasts).toContainText("“Renamed there” was deleted.");
  await expect(rows).toHaveText([/Of somebody else/]);
  await expect(main.getByRole("heading", { name: "Manage rooms" })).toBeFocused();
  await bob.page.goto("/");
  await expect(heading(bob, "Browse rooms")).toBeVisible();
  await expect(bob.page.getByRole("main").getByText("Of somebody else")).toBeVisible();
  await expect(bob.page.getByRole("main").getByText("Renamed there")).toHaveCount(0);
});

test("members are promoted, made ordinary again, and removed", async ({ person }) => {
  const [ann, bob] = [await person("Ann"), await person("Bob")];
  const room = await ann.createRoom("Roles");
  await bob.joinRoom(room);
  await Promise.all([ann.open(room), bob.open(room)]);
  const members = await ann.showMembers();
  const row = members.getByRole("listitem").filter({ hasText: "Bob" });

  await chooseFor(ann, "Bob", "Make moderator");
  await expect(row.getByRole("img", { name: "moderator" })).toBeVisible();
  await bob.page.getByRole("button", { name: "Room menu" }).click();
  await expect(bob.page.getByRole("menuitem", { name: "Room settings" })).toBeVisible();
  await expect(bob.page.getByRole("menuitem", { name: "Delete room" })).toHaveCount(0);
  await bob.page.keyboard.press("Escape");

  await chooseFor(ann, "Bob", "Make ordinary member");
  await expect(row.getByRole("img", { name: "moderator" })).toHaveCount(0);

  await chooseFor(ann, "Bob", "Remove from room");
  await ann.page.getByRole("button", { name: "Remove from room" }).click();
  await expect(row).toHaveCount(0);
  await expect(ann.log.getByText("Bob was removed")).toBeVisible();
  await expect(bob.toasts).toContainText("You are no longer a member of “Roles”.");
  await expect(heading(bob, "Browse rooms")).toBeVisible();
});

test("somebody else becomes the owner", async ({ person }) => {
  const [ann, bob] = [await person("Ann"), await person("Bob")];
  const room = await ann.createRoom("Handed over");
  await bob.joinRoom(room);
  await Promise.all([ann.open(room), bob.open(room)]);
  await chooseFor(ann, "Bob", "Make owner");
  await ann.page.getByRole("dialog").getByRole("button", { name: "Make owner" }).click();
  const members = await ann.showMembers();
  const row = (name: string) => members.getByRole("listitem").filter({ hasText: name });
  await expect(row("Bob").getByRole("img", { name: "owner" })).toBeVisible();
  await expect(row("Ann").getByRole("img", { name: "moderator" })).toBeVisible();
  const seen = (await bob.showMembers()).getByRole("listitem").filter({ hasText: "Ann" });
  await expect(seen.getByRole("img", { name: "moderator" })).toBeVisible();
});

test("a room by invitation is nothing to others until they are invited", async ({ person }) => {
  const [ann, carl] = [await person("Ann"), await person("Carl")];
  const room = await ann.createRoom("By invitation", { invite_only: true });
  await carl.page.goto(`/chat/room/${room.id}/`);
  await expect(carl.page.getByRole("heading", { name: "There is nothing here" })).toBeVisible();
  await carl.page.goto("/");

  await ann.open(room);
  await choose(ann, "Invite people");
  const dialog = ann.page.getByRole("dialog");
  await dialog.getByRole("searchbox").fill(carl.username);
  const found = dialog.getByRole("listitem").filter({ hasText: `@${carl.username}` });
  await found.getByRole("button", { name: "Add Carl" }).click();
  await expect(found).toContainText("Added");
  await ann.page.keyboard.press("Escape");
  await expect(ann.log.getByText("Carl joined")).toBeVisible();

  await carl.roomRow("By invitation").click();
  await expect(heading(carl, "By invitation")).toBeVisible();
  await carl.write("Thank you");
  await expect(ann.rows("Thank you")).toHaveCount(1);
});

test("whoever leaves a room is out of it, and the others read it", async ({ person }) => {
  const [ann, bob] = [await person("Ann"), await person("Bob")];
  const room = await ann.createRoom("To be left");
  await bob.joinRoom(room);
  await Promise.all([ann.open(room), bob.open(room)]);
  await choose(bob, "Leave room");
  await bob.page.getByRole("dialog").getByRole("button", { name: "Leave room" }).click();
  await expect(heading(bob, "Browse rooms")).toBeVisible();
  await expect(ann.log.getByText("Bob left")).toBeVisible();
  await expect(bob.page.getByText(/no longer a member/)).toHaveCount(0);
  await bob.showRooms();
  await expect(bob.page.getByRole("heading", { name: "Rooms", exact: true })).toBeVisible();
  await expect(bob.roomRow("To be left")).toHaveCount(0);
});

test("a link to a room that one is not in offers to join it", async ({ person }) => {
  const [ann, bob] = [await person("Ann"), await person("Bob")];
  const room = await ann.createRoom("Open door", { topic: "Come in" });
  await bob.page.goto(`/chat/room/${room.id}/`);
  await expect(bob.page.getByText("1 member · Come in")).toBeVisible();
  await bob.page.getByRole("button", { name: "Join Open door" }).click();
  await expect(bob.composer).toBeVisible();
  await bob.write("Good evening");
  await expect(bob.rows("Good evening")).toHaveCount(1);
  await expect.poll(() => ann.texts(room)).toEqual(["Good evening"]);
});

test("a muted room says so, and does not count", async ({ person }) => {
  const [ann, bob] = [await person("Ann"), await person("Bob")];
  const [loud, muted] = [await ann.createRoom("Loud one"), await ann.createRoom("Muted one")];
  await bob.joinRoom(loud);
  await bob.joinRoom(muted);
  await ann.open(muted);
  await ann.page.getByRole("button", { name: "Room menu" }).click();
  await expect(ann.page.getByRole("menuitemradio", { name: "Every message" })).toBeChecked();
  await ann.page.getByRole("menuitemradio", { name: "Nothing" }).click();
  await ann.open(loud);
  await ann.showRooms();
  await expect(ann.roomRow("Muted one")).toContainText("Muted");
  await bob.say(muted, "unheard");
  await ann.page.goto("/");
  await bob.say(loud, "heard");
  await expect(ann.roomRow("Loud one")).toContainText("1 unread message");
  await expect(ann.roomRow("Muted one")).not.toContainText("unread");
});

test("a room that becomes one for staff keeps nobody else", async ({ person, staff }) => {
  const [root, bob] = [await staff("Root"), await person("Bob")];
  const room = await root.createRoom("Closing soon");
  await bob.joinRoom(room);
  await Promise.all([root.open(room), bob.open(room)]);
  await choose(root, "Room settings");
  const dialog = root.page.getByRole("dialog");
  await dialog.getByRole("switch", { name: "Staff only" }).click();
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(bob.toasts).toContainText("no longer a member");
  await expect(root.log.getByText("Bob was removed")).toBeVisible();
});

test("[002-18] a room that is to be steady is neither renamed nor deleted while somebody else is there", async ({
  person,
}) => {
  const [ann, bob] = [await person("Ann"), await person("Bob")];
  const room = await ann.createRoom("Steady room");
  await bob.joinRoom(room);
  await Promise.all([ann.open(room), bob.open(room)]);
  await choose(ann, "Room settings");
  const dialog = ann.page.getByRole("dialog", { name: "Room settings" });
  const steady = dialog.getByRole("switch", { name: "Keep it while people are inside" });
  await expect(steady).not.toBeChecked();
  await steady.press("Space");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toHaveCount(0);

  await choose(ann, "Room settings");
  await expect(steady).toBeChecked();
  await dialog.getByLabel("Name").fill("Another name");
  await dialog.getByLabel("Name").press("Enter");
  await expect(dialog.getByRole("alert")).toContainText("Somebody else is online in this room");
  await ann.page.keyboard.press("Escape");
  await choose(ann, "Delete room");
  await ann.page.getByRole("dialog").getByRole("button", { name: "Delete room" }).click();
  await expect(ann.toasts.getByRole("alert")).toContainText("Somebody else is online in this room");
  await expect(bob.page.getByRole("heading", { level: 1, name: "Steady room" })).toBeVisible();

  await bob.context.close();
  await expect(async () => {
    const { online_count: count } = await ann.call<{ online_count: number }>(
      "GET",
      `/api/rooms/${room.id}`,
    );
    expect(count).toBe(1);
  }).toPass();
  await choose(ann, "Room settings");
  await dialog.getByLabel("Name").fill("Another name");
  await dialog.getByLabel("Name").press("Enter");
  await expect(ann.page.getByRole("heading", { level: 1, name: "Another name" })).toBeVisible();
});

test("a third person sees at once who may do what", async ({ person }) => {
  const [ann, bob, eve] = [await person("Ann"), await person("Bob"), await person("Eve")];
  const room = await ann.createRoom("Watched roles");
  await Promise.all([bob.joinRoom(room), eve.joinRoom(room)]);
  await Promise.all([ann.open(room), eve.open(room)]);
  const [annMembers, members] = [await ann.showMembers(), await eve.showMembers()];
  const row = members.getByRole("listitem").filter({ hasText: "Bob" });
  await expect(row).toBeVisible();
  await expect(row.getByRole("img", { name: "moderator" })).toHaveCount(0);
  const give = async (what: string) => {
    await annMembers.getByRole("button", { name: "Actions for Bob" }).click();
    await ann.page.getByRole("menuitem", { name: what }).click();
  };
  await give("Make moderator");
  await expect(row.getByRole("img", { name: "moderator" })).toBeVisible();
  await expect(eve.log.getByText("Bob is a moderator now")).toBeVisible();
  await give("Make ordinary member");
  await expect(row.getByRole("img", { name: "moderator" })).toHaveCount(0);
  await expect(eve.log.getByText("Bob is a member like others now")).toBeVisible();
});

test("[001-10] everybody has a page: from the people, from what they wrote, and by its address", async ({
  person,
}) => {
  const [ann, bob] = [await person("Ann"), await person("Bob")];
  await bob.call("PATCH", "/api/profiles/me", {
    bio: "Likes lanterns.",
    status_text: "In the hall",
  });
  const room = await bob.createRoom("Hall");
  await bob.say(room, "here I am");
  await ann.joinRoom(room);

  await ann.page.goto("/profiles/");
  await ann.page.getByRole("searchbox").fill(bob.username);
  // Others who are called Bob stand there until the search has answered.
  await ann.page.locator(`main a[href="/profiles/${bob.username}/"]`).click();
  const title = ann.page.getByRole("heading", { level: 1, name: "Bob" });
  await expect(title).toBeVisible();
  await expect(ann.page).toHaveURL(new RegExp(`/profiles/${bob.username}/$`));
  await ann.page.reload();
  await expect(title).toBeVisible();
  const main = ann.page.getByRole("main");
  await expect(main).toContainText("Likes lanterns.");
  await expect(main).toContainText("In the hall");
  // Another name is seen at once.
  await bob.call("PATCH", "/api/profiles/me", { display_name: "Robert" });
  await expect(ann.page.getByRole("heading", { level: 1, name: "Robert" })).toBeVisible();

  await main.getByRole("button", { name: "Block" }).click();
  await ann.page.getByRole("dialog").getByRole("button", { name: "Block" }).click();
  await expect(main.getByRole("button", { name: "Unblock" })).toBeVisible();
  await main.getByRole("button", { name: "Unblock" }).click();
  await main.getByRole("button", { name: "Message", exact: true }).click();
  await expect(ann.page).toHaveURL(/\/chat\/room\/\d+\/$/);

  await ann.open(room);
  await ann.log.getByRole("link", { name: "Robert" }).click();
  await expect(main).toContainText("Likes lanterns.");
  await ann.page.goto("/profiles/nobody-at-all/");
  await expect(ann.page.getByRole("heading", { name: "There is nothing here" })).toBeVisible();
});

test("whoever goes from room to room by the pointer is told of the switcher, once", async ({
  person,
}) => {
  const ann = await person("Ann");
  const rooms = [await ann.createRoom("By hand one"), await ann.createRoom("By hand two")] as const;
  await ann.open(rooms[0]);
  const hint = ann.toasts.getByText("Press Ctrl+K and a few letters");
  const goTo = async (at: 0 | 1) => {
    await ann.roomRow(rooms[at].name).click();
    await expect(ann.page.getByRole("heading", { level: 1, name: rooms[at].name })).toBeVisible();
  };
  for (const at of [1, 0] as const) await goTo(at);
  await expect(hint).toHaveCount(0);
  await goTo(1);
  await expect(hint).toBeVisible();
  await ann.toasts.getByRole("button", { name: "Try it" }).click();
  await expect(ann.page.getByRole("combobox")).toBeFocused();
  await expect(hint).toHaveCount(0);

  await ann.page.reload();
  for (const at of [0, 1, 0, 1] as const) await goTo(at);
  await expect(hint).toHaveCount(0);
});
