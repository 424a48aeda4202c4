import { readFile } from "node:fs/promises";
import { Caller, type Room } from "./caller";
import { enter, expect, PASSWORD, type Person, test } from "./fixtures";
import { idOf } from "./scene";
import { Server } from "./server";

// What was promised and no other file checks; the numbers are those of `make acceptance`.

const heading = (who: Person, name: string) =>
  who.page.getByRole("heading", { level: 1, name, exact: true });

/** A mark that a page loses when it is loaded again. */
async function mark(who: Person): Promise<void> {
  await who.page.evaluate(() => Object.assign(window, { marked: true }));
}

/** All that a browser keeps of the page, as one text. */
async function everythingKept(who: Person): Promise<string> {
  return who.page.evaluate(async () => {
    const kept: unknown[] = [{ ...localStorage }, { ...sessionStorage }];
    const answerOf = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    for (const { name } of await indexedDB.databases()) {
      const database = await answerOf(indexedDB.open(name ?? ""));
      for (const store of database.objectStoreNames) {
        const rows = database.transaction(store).objectStore(store);
        kept.push(store, await answerOf(rows.getAllKeys()), await answerOf(rows.getAll()));
      }
      database.close();
    }
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) {
        kept.push(request.url, await (await cache.match(request))?.text());
      }
    }
    return JSON.stringify(kept);
  });
}

/** So many accounts that are never signed in again become members. */
async function fill(room: Room, url: string, name: string, count: number): Promise<void> {
  for (let number = 1; number <= count; number += 1) {
    const username = `${name}-${number}`;
    const answer = await fetch(`${url}/api/auth/register`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ username, password: PASSWORD, display_name: username }),
    });
    const { access_token } = await answer.json();
    await new Caller(username, username, { url }, access_token).joinRoom(room);
  }
}

async function isMarked(who: Person): Promise<boolean> {
  return who.page.evaluate(() => "marked" in window);
}

test("[001-3] the styles are Tailwind's", async ({ person }) => {
  const ann = await person("Ann");
  await ann.page.goto("/");
  await expect(heading(ann, "Browse rooms")).toBeVisible();
  const sheets = await ann.page
    .locator('link[rel="stylesheet"]')
    .evaluateAll((links) => links.map((link) => (link as HTMLLinkElement).href));
  expect(sheets).not.toEqual([]);
  const css = (await Promise.all(sheets.map(async (href) => (await fetch(href)).text()))).join();
  expect(css).toContain("--tw-");
  expect(css).toMatch(/\.flex\{display:flex\}/);
  await expect(ann.page.locator(".flex").first()).toHaveCSS("display", "flex");
  const made = JSON.parse(await readFile("package.json", "utf8"));
  expect(made.devDependencies).toHaveProperty("tailwindcss");
});

test("[001-7] [001-11] [003-4] [000-8] who is not signed in is asked to, and comes back to the room", async ({
  person,
  browser,
  server,
}) => {
  const ann = await person("Ann");
  const room = await ann.createRoom("Linked to");
  const context = await browser.newContext({ baseURL: server.url, locale: "en-GB" });
  const page = await context.newPage();
  await page.goto(`/chat/room/${room.id}/`);
  await expect(page).toHaveURL(/\/login\//);
  await page.getByRole("link", { name: "Create account" }).click();
  await page.getByLabel("Username").fill("newcomer");
  await page.getByLabel("First name").fill("New");
  await page.getByLabel("Last name").fill("Comer");
  await page.getByLabel("E-mail").fill("newcomer@example.org");
  const password = page.getByLabel("Password", { exact: true });
  const again = page.getByLabel("Repeat the password", { exact: true });
  await password.fill(PASSWORD);
  await again.fill(`${PASSWORD}?`);
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(again).toBeFocused();
  await expect(again).toHaveAccessibleDescription("The two passwords are not the same.");
  await again.fill(PASSWORD);
  await page.getByRole("button", { name: "Create account" }).click();
  await page.getByRole("button", { name: "Join Linked to" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Linked to" })).toBeVisible();
  await expect(page).toHaveURL(new RegExp(`/chat/room/${room.id}/?$`));
  await page.reload();
  await expect(page.getByRole("textbox", { name: "Message to #Linked to" })).toBeVisible();

  // Signed out and in again, by the same link.
  await context.clearCookies();
  await page.evaluate(() => localStorage.clear());
  await page.goto(`/chat/room/${room.id}/`);
  await expect(page).toHaveURL(/\/login\//);
  await page.getByLabel("Username or e-mail").fill("newcomer");
  await page.getByRole("textbox", { name: "Password" }).fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("textbox", { name: "Message to #Linked to" })).toBeVisible();
  await context.close();
});

test("[002-17] the list of rooms is live", async ({ person }) => {
  const [ann, bob] = [await person("Ann"), await person("Bob")];
  const watched = await bob.createRoom("Watched from afar");
  const shared = await bob.createRoom("Shared by both");
  await ann.joinRoom(shared);
  await ann.page.goto("/");
  await mark(ann);
  const row = (name: string) =>
    ann.page.getByRole("main").getByRole("listitem").filter({ hasText: name });
  await expect(row("Watched from afar")).toHaveText(/1 member(?! · \d+ online)/);
  await expect(row("Shared by both")).toContainText("1 online");

  await bob.open(watched);
  await expect(row("Watched from afar")).toContainText("1 online");
  await expect(row("Shared by both")).toContainText("2 online");
  const made = await bob.createRoom("Made meanwhile");
  await expect(row("Made meanwhile")).toContainText("1 online");
  await bob.call("PATCH", `/api/rooms/${shared.id}`, { name: "Renamed meanwhile", topic: "Tea" });
  await expect(row("Renamed meanwhile")).toContainText("Tea");
  await bob.call("DELETE", `/api/rooms/${made.id}`);
  await expect(row("Made meanwhile")).toHaveCount(0);
  await bob.call("DELETE", `/api/rooms/${shared.id}`);
  await expect(row("Renamed meanwhile")).toHaveCount(0);

  await bob.page.goto("about:blank");
  await expect(row("Watched from afar")).not.toContainText("online");
  expect(await isMarked(ann)).toBe(true);
});

test("[002-3] [004-2] an unknown name offers to make the room, a known one opens it", async ({
  person,
}) => {
  const [ann, bob] = [await person("Ann"), await person("Bob")];
  await ann.page.goto("/chat/samovar-club/");
  await ann.page.getByRole("button", { name: "Create “samovar-club”" }).click();
  const dialog = ann.page.getByRole("dialog");
  await expect(dialog.getByLabel("Name")).toHaveValue("samovar-club");
  await dialog.getByRole("button", { name: "Create room" }).click();
  await expect(heading(ann, "samovar-club")).toBeVisible();
  await ann.write("Welcome");

  await bob.page.goto("/chat/samovar-club/");
  await bob.page.getByRole("button", { name: "Join samovar-club" }).click();
  await expect(bob.rows("Welcome")).toHaveCount(1);
  await bob.page.goto("/chat/samovar-club/");
  await bob.page.reload();
  await expect(bob.rows("Welcome")).toHaveCount(1);

  await bob.page.goto("/chat/");
  await bob.page.getByRole("searchbox").fill("Nobody made this");
  await bob.page.getByRole("button", { name: "Create “Nobody made this”" }).click();
  await expect(bob.page.getByRole("dialog").getByLabel("Name")).toHaveValue("Nobody made this");
});

test("[002-3] [004-2] where the server is so set, an unknown name makes the room at once", async ({
  browser,
}) => {
  const server = await Server.start({ PARLOR_CREATE_MISSING_ROOMS: "on" });
  const people = await Promise.all(
    ["Ann", "Bob"].map((name) => enter(browser, server, name, {}, "register")),
  );
  try {
    const [ann, bob] = people as [Person, Person];
    await ann.page.goto("/chat/samovar-club/");
    await expect(heading(ann, "samovar-club")).toBeVisible();
    await ann.write("Welcome");
    await bob.page.goto("/chat/Samovar-Club/");
    await bob.page.getByRole("button", { name: "Join samovar-club" }).click();
    await expect(bob.rows("Welcome")).toHaveCount(1);

    // What cannot be made says why, and is offered as everywhere.
    const long = "a".repeat(81);
    await bob.page.goto(`/chat/${long}/`);
    await expect(bob.page.getByRole("alert")).toHaveText(/80/);
    await bob.page.getByRole("button", { name: `Create “${long}”` }).click();
    await expect(bob.page.getByRole("dialog").getByLabel("Name")).toHaveValue(/^a+$/);
    const { items } = await bob.call<{ items: Room[] }>("GET", "/api/rooms?kind=group");
    expect(items.map(({ name }) => name)).toEqual(["samovar-club"]);
  } finally {
    for (const { context } of people) await context.close();
    await server.stop();
  }
});

test("[002-6] [002-4] [002-14] who comes, goes and speaks is shown without a reload", async ({
  person,
}) => {
  const [ann, bob] = [await person("Ann"), await person("Bob")];
  const room = await ann.createRoom("Nothing is loaded again");
  await ann.open(room);
  await mark(ann);
  const members = await ann.showMembers();
  await expect(members.getByText("Bob, Online")).toHaveCount(0);

  await bob.page.goto(`/chat/room/${room.id}/`);
  await bob.page.getByRole("button", { name: `Join ${room.name}` }).click();
  await expect(bob.composer).toBeVisible();
  const joined = ann.log.getByRole("article").filter({ hasText: "Bob joined" });
  await expect(joined.locator("time")).toHaveText(/^\d{1,2}:\d{2}/);
  await expect(members.getByText("Bob, Online")).toBeVisible();
  await bob.write("Good evening");
  await expect(ann.rows("Good evening")).toHaveCount(1);

  await bob.call("POST", `/api/rooms/${room.id}/leave`);
  const left = ann.log.getByRole("article").filter({ hasText: "Bob left" });
  await expect(left.locator("time")).toHaveText(/^\d{1,2}:\d{2}/);
  await expect(members.getByText("Bob, Online")).toHaveCount(0);
  expect(await isMarked(ann)).toBe(true);
});

test("[002-15] a whisper's field is there when somebody who is online was chosen", async ({
  person,
}) => {
  const [ann, bob, carl] = [await person("Ann"), await person("Bob"), await person("Carl")];
  const room = await ann.createRoom("Who can hear");
  await bob.joinRoom(room);
  await carl.joinRoom(room);
  await Promise.all([ann.open(room), bob.open(room)]);
  const field = ann.page.getByRole("textbox", { name: /^Whisper to/ });
  await expect(field).toHaveCount(0);
  await ann.page.getByRole("button", { name: "Whisper", exact: true }).click();
  await expect(ann.page.getByRole("menuitem", { name: "Bob" })).toBeVisible();
  await expect(ann.page.getByRole("menuitem", { name: "Carl" })).toHaveCount(0);
  await expect(field).toHaveCount(0);
  await ann.page.getByRole("menuitem", { name: "Bob" }).click();
  await expect(field).toBeVisible();
  await expect(field).toBeFocused();
  await ann.page.getByRole("button", { name: "Stop whispering" }).click();
  await expect(field).toHaveCount(0);
});

test("[002-8] [002-14] [002-15] in a big room whoever is online is seen and can be whispered to", async ({
  person,
}) => {
  test.setTimeout(240_000);
  const [ann, zoe] = [await person("Ann"), await person("Zoe")];
  const room = await ann.createRoom("Full house");
  await zoe.joinRoom(room);
  await Promise.all(
    [26, 25, 25, 25].map((count, part) => fill(room, zoe.url, `guest${part}`, count)),
  );
  await ann.open(room);
  const members = await ann.showMembers();
  await expect(members.getByText("Online · 1", { exact: true })).toBeVisible();
  await expect(members.getByText("Offline · 102", { exact: true })).toBeVisible();
  await expect(members.getByText("Zoe, ")).toHaveCount(0);

  // The last by name comes while the list is looked at, and is there for who loads it afterwards.
  await zoe.open(room);
  for (let turn = 1; turn <= 2; turn += 1) {
    await expect(members.getByText("Online · 2", { exact: true })).toBeVisible();
    await expect(members.getByText("Offline · 101", { exact: true })).toBeVisible();
    await expect(members.getByText("Zoe, Online")).toBeVisible();
    await ann.page.getByRole("button", { name: "Whisper", exact: true }).click();
    await expect(ann.page.getByRole("menuitem", { name: "Zoe" })).toBeVisible();
    await ann.page.keyboard.press("Escape");
    await ann.page.reload();
    await expect(ann.composer).toBeVisible();
  }
  await zoe.page.goto("about:blank");
  await expect(members.getByText("Online · 1", { exact: true })).toBeVisible();
  await expect(members.getByText("Zoe, Offline")).toBeAttached();
  await members.getByText("Zoe, Offline").scrollIntoViewIfNeeded();
  // The others come as one scrolls.
  await expect(members.getByRole("listitem")).toHaveCount(103);
});

test("[002-10] a whisper leaves nothing in either browser", async ({ person }) => {
  const [ann, bob] = [await person("Ann"), await person("Bob")];
  const room = await ann.createRoom("Nothing is left");
  await bob.joinRoom(room);
  await Promise.all([ann.open(room), bob.open(room)]);
  await ann.write("the text that stays");
  await ann.page.getByRole("button", { name: "Whisper", exact: true }).click();
  await ann.page.getByRole("menuitem", { name: "Bob" }).click();
  const field = ann.page.getByRole("textbox", { name: "Whisper to Bob" });
  await field.pressSequentially("the canary sings");
  // Longer than what is written is kept from the disk.
  await ann.page.waitForTimeout(1_000);
  expect(await everythingKept(ann)).not.toContain("canary");
  await ann.send(field);
  await ann.page.getByRole("button", { name: "Stop whispering" }).click();
  await ann.composer.pressSequentially(`/w ${bob.username} another canary`);
  await ann.page.waitForTimeout(1_000);
  await ann.send(field);
  for (const who of [ann, bob]) {
    for (const text of ["the canary sings", "another canary"]) {
      await expect(who.log.getByText(text)).toBeVisible();
    }
    // That what is looked through holds what was said: the last visit has the texts of the room.
    await expect.poll(() => everythingKept(who)).toContain("the text that stays");
    expect(await everythingKept(who)).not.toContain("canary");
    await who.page.goto("/profiles/");
    await expect(heading(who, "People")).toBeVisible();
    expect(await everythingKept(who)).not.toContain("canary");
  }
});

test("[002-19] the input has the focus, Enter sends, and the log follows", async ({ person }) => {
  const [ann, bob] = [await person("Ann"), await person("Bob")];
  const room = await ann.createRoom("Following");
  await bob.joinRoom(room);
  for (let number = 1; number <= 40; number += 1) await bob.say(room, `before ${number}`);
  await ann.open(room);
  await expect(ann.composer).toBeFocused();
  await expect(ann.rows("before 40")).toBeInViewport();
  await ann.page.keyboard.type("one line");
  await ann.page.keyboard.press("Shift+Enter");
  await ann.page.keyboard.type("and another");
  expect(await ann.texts(room)).toHaveLength(40);
  await ann.page.keyboard.press("Enter");
  await expect(ann.composer).toHaveValue("");
  await expect(ann.composer).toBeFocused();
  await expect.poll(() => ann.texts(room)).toContain("one line\nand another");
  for (let number = 1; number <= 30; number += 1) await bob.say(room, `after ${number}`);
  await expect(ann.rows("after 30")).toBeInViewport();
});

test("[003-9] texts are texts, and times are times", async ({ person }) => {
  const [ann, bob] = [await person("Ann"), await person("Bob")];
  const room = await ann.createRoom("<b>Bold</b> & so on");
  await bob.joinRoom(room);
  await ann.open(room);
  const evil = [
    "<img src=x onerror='window.pwned = 1'>",
    "<script>window.pwned = 1</script>",
    "[press](javascript:window.pwned=1)",
    '"><svg onload="window.pwned = 1">',
  ];
  await bob.call("PATCH", "/api/profiles/me", { display_name: "<i>Bob</i>" });
  for (const text of evil) await bob.say(room, text);
  await bob.say(room, "the last");
  await expect(ann.rows("the last")).toHaveCount(1);
  await expect(heading(ann, "<b>Bold</b> & so on")).toBeVisible();
  await expect(ann.log.getByText("<i>Bob</i>", { exact: true }).first()).toBeVisible();
  await expect(ann.log.getByText(evil[0] ?? "")).toBeVisible();
  await expect(ann.log.locator("script, img[src='x'], svg[onload]")).toHaveCount(0);
  await expect(ann.log.locator("a[href^='javascript']")).toHaveCount(0);
  expect(await ann.page.evaluate(() => "pwned" in window)).toBe(false);

  const shown = await ann.rows("the last").locator("time").last().getAttribute("datetime");
  expect(Math.abs(Date.now() - Date.parse(shown ?? ""))).toBeLessThan(60_000);
});

test("[003-8] [003-5] nobody writes to themself, and is not offered to", async ({ person }) => {
  const [ann, bob] = [await person("Ann"), await person("Bob")];
  await ann.page.goto(`/messages/${ann.username}/`);
  await expect(heading(ann, "There is nothing here")).toBeVisible();
  await ann.page.goto("/profiles/");
  const row = (who: Person) =>
    ann.page
      .getByRole("main")
      .getByRole("listitem")
      .filter({ hasText: `@${who.username} ` });
  for (const who of [ann, bob]) {
    await ann.page.getByRole("searchbox").fill(who.username);
    await expect(row(who)).toHaveCount(1);
    const writes = row(who).getByRole("button", { name: /^Message / });
    if (who === ann) await expect(row(who).getByRole("button")).toHaveCount(0);
    else await expect(writes).toHaveCount(1);
  }
});

test("[000-13] whoever chooses to be offline is shown nowhere, reads on, and comes back", async ({
  person,
}) => {
  const [ann, bob] = [await person("Ann"), await person("Bob")];
  const room = await ann.createRoom("Hide and seek");
  await bob.joinRoom(room);
  await bob.open(room);
  await ann.open(room);
  const members = await ann.showMembers();
  await expect(members.getByText("Bob, Online")).toBeVisible();
  await bob.page.getByRole("button", { name: "Bob Online" }).click();
  await bob.page.getByRole("menuitemradio", { name: "Offline" }).click();
  await expect(members.getByText("Bob, Offline")).toBeVisible();
  await ann.write("Where is Bob?");
  await expect(bob.rows("Where is Bob?")).toHaveCount(1);
  await bob.page.reload();
  await bob.page.getByRole("button", { name: "Bob Offline" }).click();
  await expect(bob.page.getByRole("menuitemradio", { name: "Offline" })).toBeChecked();
  await expect(members.getByText("Bob, Offline")).toBeVisible();
  await bob.page.getByRole("menuitemradio", { name: "Online" }).click();
  await expect(members.getByText("Bob, Online")).toBeVisible();
});

test("[000-13] each status that one may choose is what another person sees", async ({ person }) => {
  const [ann, bob] = [await person("Ann"), await person("Bob")];
  const room = await ann.createRoom("How are you");
  await bob.joinRoom(room);
  await Promise.all([ann.open(room), bob.open(room)]);
  const members = await ann.showMembers();
  await expect(members.getByText("Bob, Online")).toBeVisible();
  for (const status of ["Away", "Do not disturb", "Offline", "Online"]) {
    await bob.page.getByRole("button", { name: /^Bob / }).click();
    await bob.page.getByRole("menuitemradio", { name: status, exact: false }).click();
    await expect(members.getByText(`Bob, ${status}`, { exact: true })).toBeVisible();
    await expect(bob.page.getByRole("button", { name: `Bob ${status}` })).toBeVisible();
  }
});

test("[003-8] [000-13] the inbox shows what was said last, and finds who said it", async ({
  person,
}) => {
  const [ann, bob, carl] = [await person("Ann"), await person("Bob"), await person("Carl")];
  const directWith = async (who: Person) =>
    ann.call<Room>("PUT", `/api/rooms/direct/${await idOf(who)}`);
  const [withBob, withCarl] = [await directWith(bob), await directWith(carl)];
  await carl.say(withCarl, "Is there **cake**?");
  await ann.say(withBob, "Tea at five?");
  await bob.say(withBob, "At six");
  await ann.page.goto("/");
  const link = ann.page.getByRole("navigation").getByRole("link", { name: "Direct messages" });
  await link.press("Enter");
  await expect(heading(ann, "Direct messages")).toBeVisible();
  await expect(link).toHaveAttribute("aria-current", "page");

  const rows = ann.page.getByRole("main").getByRole("listitem");
  await expect(rows).toHaveText([/Bob.*At six/, /Carl.*Is there cake\?/]);
  await carl.say(withCarl, "I have found it");
  await expect(rows).toHaveText([/Carl.*I have found it/, /Bob.*At six/]);
  await ann.page.getByRole("searchbox").fill(bob.username);
  await expect(rows).toHaveText([/Bob/]);
  await ann.page.getByRole("searchbox").fill("car");
  await expect(rows).toHaveText([/Carl/]);
  await ann.page.getByRole("searchbox").fill("nobody-at-all");
  await expect(ann.page.getByText("Nobody found")).toBeVisible();
  await ann.page.getByRole("searchbox").fill("");
  await rows.getByRole("link", { name: "Bob" }).click();
  await expect(heading(ann, "Bob")).toBeVisible();
});

test("[001-8] [002-13] the menu by one's name leads to the profile, and others see what was saved", async ({
  person,
}) => {
  const [ann, bob] = [await person("Ann"), await person("Bob")];
  const room = await ann.createRoom("Renamed people");
  await bob.joinRoom(room);
  await bob.open(room);
  await ann.open(room);
  await ann.write("before and after");
  await expect(bob.rows("before and after")).toHaveCount(1);
  await ann.page.getByRole("button", { name: "Ann Online" }).click();
  await ann.page.getByRole("menuitem", { name: "Edit profile" }).click();
  await expect(ann.page).toHaveURL(/\/settings\/profile\//);
  await expect(ann.page.getByRole("heading", { name: "Profile", exact: true })).toBeVisible();
  await ann.page.getByLabel("Display name").fill("Anna Karenina");
  await ann.page.getByLabel("Username").fill(`${ann.username}-renamed`);
  await ann.page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(ann.toasts).toContainText("Saved");
  const row = bob.log.getByRole("article").filter({ hasText: "before and after" });
  await expect(row).toContainText("Anna Karenina");
  const members = await bob.showMembers();
  await expect(members.getByText("Anna Karenina, Online")).toBeVisible();
});

test("[004-11] a whisper to nobody is refused in words, and the room goes on", async ({
  person,
}) => {
  const [ann, bob] = [await person("Ann"), await person("Bob")];
  const room = await ann.createRoom("Commands");
  await bob.joinRoom(room);
  await Promise.all([ann.open(room), bob.open(room)]);
  for (const [text, problem] of [
    ["/pm", "Write /w, a username and the text."],
    ["/pm nobody-at-all psst", "Nobody is called nobody-at-all."],
    [`/pm ${ann.username} psst`, "You cannot whisper to yourself."],
  ] as const) {
    await ann.write(text);
    await expect(ann.page.getByRole("alert").filter({ hasText: problem })).toBeVisible();
  }
  await ann.composer.fill(`/pm ${bob.username} quite secret`);
  const field = ann.page.getByRole("textbox", { name: "Whisper to Bob" });
  await expect(field).toHaveValue("quite secret");
  await field.press("Enter");
  await expect(bob.log.getByText("quite secret")).toBeVisible();
  await expect(ann.log.getByText("quite secret")).toBeVisible();
  await ann.page.getByRole("button", { name: "Stop whispering" }).click();
  await ann.write("and on it goes");
  await expect(bob.rows("and on it goes")).toHaveCount(1);
  expect(await bob.texts(room)).toEqual(["and on it goes"]);
});

test("[004-9] several people who type stand on one line", async ({ person }) => {
  const people = [
    await person("Ann"),
    await person("Bob"),
    await person("Carl"),
    await person("Dora"),
  ] as const;
  const [ann, bob, carl, dora] = people;
  const room = await ann.createRoom("All at once");
  for (const who of [bob, carl, dora]) await who.joinRoom(room);
  await Promise.all(people.map((who) => who.open(room)));
  const type = async (who: Person) => who.composer.pressSequentially("x");
  // Each goes on typing, so that nobody is forgotten before the others have begun.
  await expect(async () => {
    await type(bob);
    await expect(ann.page.getByText("Bob is typing", { exact: true })).toBeVisible({
      timeout: 500,
    });
  }).toPass();
  await expect(async () => {
    await Promise.all([type(bob), type(carl)]);
    const both = ann.page.getByText(/^(Bob and Carl|Carl and Bob) are typing$/);
    await expect(both).toBeVisible({ timeout: 500 });
  }).toPass();
  await expect(async () => {
    await Promise.all([type(bob), type(carl), type(dora)]);
    await expect(ann.page.getByText("Several people are typing")).toBeVisible({ timeout: 500 });
  }).toPass();
});

test("[003-8] without a socket what is written goes by REST, and stands there once", async ({
  person,
}) => {
  test.setTimeout(120_000);
  const [ann, bob] = [await person("Ann"), await person("Bob")];
  const room = await ann.createRoom("By another way");
  await bob.joinRoom(room);
  await bob.open(room);
  const open = new Set<{ close(options: { code: number }): Promise<void> }>();
  let isBlocked = false;
  await ann.context.routeWebSocket(/\/gateway$/, (socket) => {
    if (isBlocked) return void socket.close({ code: 1012 });
    socket.connectToServer();
    open.add(socket);
  });
  let posted = 0;
  ann.page.on("request", (request) => {
    if (request.method() === "POST" && /\/messages$/.test(request.url())) posted += 1;
  });
  await ann.open(room);
  await ann.write("by the socket");
  await expect(bob.rows("by the socket")).toHaveCount(1);
  expect(posted).toBe(0);

  isBlocked = true;
  for (const socket of open) await socket.close({ code: 1012 });
  await expect(ann.page.getByText(/Reconnecting/).first()).toBeVisible();
  for (const text of ["by REST", "and again"]) await ann.write(text);
  for (const text of ["by REST", "and again"]) {
    await expect(bob.rows(text)).toHaveCount(1);
    await expect(ann.rows(text)).toHaveCount(1);
  }
  expect(posted).toBe(2);

  isBlocked = false;
  await bob.write("back again");
  // Tries are up to half a minute apart by now.
  await expect(ann.rows("back again")).toHaveCount(1, { timeout: 60_000 });
  await expect(ann.page.getByText(/Reconnecting/)).toHaveCount(0);
  for (const text of ["by the socket", "by REST", "and again"]) {
    await expect(ann.rows(text)).toHaveCount(1);
  }
  expect(await ann.texts(room)).toEqual(["by the socket", "by REST", "and again", "back again"]);
});
