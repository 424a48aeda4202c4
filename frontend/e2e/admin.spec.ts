import { expect, PASSWORD, type Person, test } from "./fixtures";

/** Opens a list of administration and waits until it is there. */
async function list(who: Person, noun: string, title: string, query = "") {
  await who.page.goto(`/admin/${noun}/${query}`);
  await expect(who.page.getByRole("heading", { level: 1, name: title })).toBeVisible();
}

/** The row of a list that leads to what is called so. */
function row(who: Person, name: string) {
  return who.page.getByRole("row").filter({
    has: who.page.getByRole("link", { name, exact: true }),
  });
}

test("[000-5] [003-6] administration is staff's, and is nothing to anybody else", async ({
  person,
  staff,
}) => {
  const [ann, root] = [await person("Ann"), await staff("Root")];
  for (const path of ["/admin/", "/admin/users/", "/admin/users/1/"]) {
    await ann.page.goto(path);
    await expect(ann.page.getByRole("heading", { name: "There is nothing here" })).toBeVisible();
  }
  await ann.page.getByRole("button", { name: /^Ann/ }).click();
  await expect(ann.page.getByRole("menuitem", { name: "Settings" })).toBeVisible();
  await expect(ann.page.getByRole("menuitem", { name: "Administration" })).toHaveCount(0);

  await root.page.goto("/chat/");
  await root.page.getByRole("button", { name: /^Root/ }).click();
  await root.page.getByRole("menuitem", { name: "Administration" }).click();
  await expect(root.page.getByRole("heading", { level: 1, name: "Administration" })).toBeVisible();
  await expect(root.page.getByRole("main").getByRole("link", { name: /^Users/ })).toBeVisible();
});

test("[000-7] a user is created without any privileges, signs in, and is made staff later", async ({
  staff,
  browser,
  server,
}) => {
  const root = await staff("Root");
  const { page } = root;
  await list(root, "users", "Users");
  await page.getByRole("link", { name: "Create user" }).click();
  await page.getByLabel("Username").fill("ordinary");
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Create user" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "ordinary" })).toBeVisible();
  await expect(page.getByText("Created the user")).toBeVisible();
  await expect(page.getByRole("switch", { name: "Staff" })).toHaveAttribute(
    "aria-checked",
    "false",
  );

  const context = await browser.newContext({ baseURL: server.url, locale: "en-GB" });
  const other = await context.newPage();
  await other.goto("/login/");
  await other.getByLabel(/^Username/).fill("ordinary");
  await other.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await other.getByRole("button", { name: "Sign in" }).click();
  await expect(other.getByRole("heading", { level: 1, name: "Browse rooms" })).toBeVisible();

  await page.getByRole("switch", { name: "Staff" }).click();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Changed the user")).toBeVisible();
  await expect(page.getByText("Staff: No → Yes")).toBeVisible();
  await page.reload();
  await expect(page.getByRole("switch", { name: "Staff" })).toHaveAttribute("aria-checked", "true");
  await context.close();
});

test("a name that is taken is refused at its field", async ({ person, staff }) => {
  const [ann, root] = [await person("Ann"), await staff("Root")];
  const { page } = root;
  await page.goto("/admin/users/add/");
  await page.getByLabel("Username").fill(ann.username);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Create user" }).click();
  await expect(page.getByLabel("Username")).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByLabel("Username")).toBeFocused();
});

test("somebody's password is set, and only the new one is good then", async ({
  person,
  staff,
  server,
}) => {
  const [ann, root] = [await person("Ann"), await staff("Root")];
  const { page } = root;
  await list(root, "users", "Users", `?search=${ann.username}`);
  await row(root, ann.username).getByRole("link").first().click();
  await page.getByRole("button", { name: "Set password" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Password", { exact: true }).fill("another-long-secret-17");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toHaveCount(0);
  await expect(page.getByText("Set a password")).toBeVisible();
  const signIn = async (password: string) => {
    const answer = await fetch(`${server.url}/api/auth/login`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ username: ann.username, password }),
    });
    return answer.status;
  };
  expect(await signIn(PASSWORD)).toBe(401);
  expect(await signIn("another-long-secret-17")).toBe(200);
});

test("[000-5] [000-6] [004-6] a room for staff is made in the administration, and looked at on the site", async ({
  person,
  staff,
}) => {
  const [ann, root] = [await person("Ann"), await staff("Root")];
  const { page } = root;
  await page.goto("/admin/rooms/add/");
  await page.getByLabel("Name").fill("Counting house");
  await page.getByRole("switch", { name: "Staff only" }).click();
  await page.getByRole("button", { name: "Create room" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Counting house" })).toBeVisible();
  await page.getByRole("link", { name: "View on site" }).click();
  await expect(root.composer).toBeVisible();
  const path = new URL(page.url()).pathname;
  await ann.page.goto(path);
  await expect(ann.page.getByRole("heading", { level: 2, name: /cannot enter/ })).toBeVisible();
});

test("lists are searched, filtered, ordered and drilled into by date", async ({
  person,
  staff,
}) => {
  const [ann, root] = [await person("Ann"), await staff("Root")];
  const names = ["Filter apple", "Filter banana", "Filter cherry"];
  for (const name of names) await ann.createRoom(name);
  const { page } = root;
  await list(root, "rooms", "Rooms");
  await page.getByRole("searchbox", { name: "Search" }).fill("Filter");
  await expect(page.getByText("3 in all")).toBeVisible();
  await expect(page).toHaveURL(/search=Filter/);

  const order = page.getByRole("columnheader", { name: "Name" });
  await order.getByRole("button").click();
  await expect(order).toHaveAttribute("aria-sort", "ascending");
  await order.getByRole("button").click();
  await expect(order).toHaveAttribute("aria-sort", "descending");
  await expect(page.getByRole("row").nth(1)).toContainText("Filter cherry");

  await page.getByLabel("By invitation").selectOption("true");
  await expect(page.getByText("Nothing found")).toBeVisible();
  await page.getByLabel("By invitation").selectOption("");
  await page.getByRole("searchbox", { name: "Search" }).fill("");
  const year = String(new Date().getUTCFullYear());
  const dates = page.getByRole("navigation", { name: "By date" });
  await dates.getByRole("button", { name: new RegExp(`^${year}`) }).click();
  await expect(page).toHaveURL(new RegExp(`date=${year}`));
  await expect(row(root, "Filter apple")).toHaveCount(1);
  await dates.getByRole("button", { name: "All dates" }).click();
  await expect(page).not.toHaveURL(/date=/);
});

test("a bulk deletion says what goes along, and takes it", async ({ person, staff }) => {
  const [ann, root] = [await person("Ann"), await staff("Root")];
  const rooms = [await ann.createRoom("Bulk one"), await ann.createRoom("Bulk two")];
  for (const room of rooms) await ann.say(room, "gone soon");
  const { page } = root;
  await list(root, "rooms", "Rooms", "?search=Bulk");
  await page.getByRole("checkbox", { name: "Choose Bulk one" }).check();
  await page.getByRole("checkbox", { name: "Choose Bulk two" }).check();
  await page
    .getByRole("toolbar", { name: "Actions" })
    .getByRole("button", { name: "Delete" })
    .click();
  await expect(page.getByText("cannot be taken back")).toBeVisible();
  await expect(page.getByText("2 memberships end")).toBeVisible();
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect(row(root, "Bulk one")).toHaveCount(1);

  await page.getByRole("checkbox", { name: "Choose all on this page" }).check();
  await page
    .getByRole("toolbar", { name: "Actions" })
    .getByRole("button", { name: "Delete" })
    .click();
  await page.getByRole("main").getByRole("button", { name: "Delete" }).click();
  await expect(page.getByText("Nothing found")).toBeVisible();
  await list(root, "audit", "Audit log", "?search=Bulk");
  await expect(page.getByRole("link", { name: "Deleted the room" })).toHaveCount(2);
});

test("a deactivated account is out at once, with its history", async ({ person, staff }) => {
  const [ann, root] = [await person("Ann"), await staff("Root")];
  await ann.page.goto("/chat/");
  await expect(ann.page.getByRole("heading", { level: 1, name: "Browse rooms" })).toBeVisible();
  const { page } = root;
  await list(root, "users", "Users", `?search=${ann.username}`);
  await row(root, ann.username).getByRole("link").first().click();
  await page.getByRole("button", { name: "Deactivate" }).click();
  await page.getByRole("button", { name: "Deactivate" }).click();
  await expect(page.getByText("Active: Yes → No")).toBeVisible();
  await expect(ann.page).toHaveURL(/\/login\//);
});

test("flags are changed where they are listed, and taken back", async ({ person, staff }) => {
  const [ann, root] = [await person("Ann"), await staff("Root")];
  const { id } = await ann.call<{ id: number }>("GET", "/api/profiles/me");
  await list(root, "users", "Users", `?search=${ann.username}`);
  const flag = root.page.getByRole("switch", { name: `Staff: ${ann.username}` });
  await expect(flag).not.toBeChecked();
  await flag.press("Space");
  await expect(flag).toBeChecked();
  const isStaff = async () =>
    (await root.call<{ is_staff: boolean }>("GET", `/api/admin/users/${id}`)).is_staff;
  await expect.poll(isStaff).toBe(true);
  await root.toasts.getByRole("button", { name: "Undo" }).click();
  await expect(flag).not.toBeChecked();
  await expect.poll(isStaff).toBe(false);
  await root.page.reload();
  await expect(flag).not.toBeChecked();
});

test("everything that is found is chosen, looked at first, and done in parts", async ({
  staff,
}) => {
  const root = await staff("Root");
  const { page } = root;
  const room = await root.createRoom("Flooded");
  for (let number = 0; number < 120; number += 1) await root.say(room, `flood ${number}`);
  await root.say(room, "worth keeping");
  await list(root, "messages", "Messages", "?search=flood");
  await page.getByRole("checkbox", { name: "Choose all on this page" }).check();
  await page.getByRole("button", { name: /^Choose everything found/ }).click();
  await expect(page.getByText(/^Everything found is chosen/)).toBeVisible();
  await page.getByRole("toolbar").getByRole("button", { name: "Delete" }).click();
  await expect(page.getByText("This will be done to 120 objects")).toBeVisible();
  await expect(page.getByRole("heading", { name: "The first 100 of them" })).toBeVisible();
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await expect(root.toasts).toContainText("Done to 120 objects");
  expect(await root.texts(room)).not.toContain("flood 7");
  expect(await root.texts(room)).toContain("worth keeping");
});

test("a direct room is its two people's: it is seen, and cannot be chosen or acted on", async ({
  person,
  staff,
}) => {
  const [ann, bob, root] = [await person("Ann"), await person("Bob"), await staff("Root")];
  const { id } = await bob.call<{ id: number }>("GET", "/api/profiles/me");
  const direct = await ann.call<{ id: number }>("PUT", `/api/rooms/direct/${id}`);
  const group = await ann.createRoom("Chosen alone");
  const { page } = root;
  const tick = (name: string) =>
    page.getByRole("checkbox", { name: `Choose ${name}`, exact: true });
  const pair = page.getByRole("row").filter({ has: page.locator(`[href$="/${direct.id}/"]`) });
  await list(root, "rooms", "Rooms", "?ordering=-created_at");
  await expect(pair.getByRole("checkbox")).toBeDisabled();
  // Everything of the page is what may be chosen of it.
  await page.getByRole("checkbox", { name: "Choose all on this page" }).check();
  await expect(tick(group.name)).toBeChecked();
  await expect(pair.getByRole("checkbox")).not.toBeChecked();
  await pair.getByRole("link").first().click();
  await expect(
    page.getByRole("main").getByRole("link", { name: "Messages", exact: true }),
  ).toBeVisible();
  await expect(page.getByRole("button", { name: "Delete" })).toHaveCount(0);
});
