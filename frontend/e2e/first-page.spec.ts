import { expect, type Person, test } from "./fixtures";

// What stands on the first page, on a wide screen and on a phone, where each list is a screen of its own.

const heading = (who: Person, name: string) =>
  who.page.getByRole("heading", { level: 1, name, exact: true });

test("[001-6] [001-9] [004-1] [002-17] the first page leads to the rooms, says who is there, and makes another", async ({
  person,
}) => {
  const [ann, bob] = [await person("Ann"), await person("Bob")];
  const room = await bob.createRoom("First page room");
  await bob.open(room);
  for (const path of ["/", "/chat/"]) {
    await ann.page.goto(path);
    if (ann.isPhone && path === "/") {
      await expect(heading(ann, "Chats")).toBeAttached();
      await expect(ann.page.getByText("You are in no room yet")).toBeVisible();
      await ann.page.getByRole("main").getByRole("link", { name: "Browse rooms" }).click();
    }
    await expect(heading(ann, "Browse rooms")).toBeVisible();
    const row = ann.page.getByRole("main").getByRole("listitem");
    await expect(row.filter({ hasText: "First page room" })).toContainText("1 online");
  }
  const nav = ann.page.getByRole("navigation", { name: "Main" });
  await nav.getByRole("link", { name: "People" }).click();
  await expect(heading(ann, "People")).toBeVisible();
  await nav.getByRole("link", { name: /^Browse/ }).click();
  await expect(heading(ann, "Browse rooms")).toBeVisible();

  // A phone has the way to make one on its first screen, too.
  if (ann.isPhone) await nav.getByRole("link", { name: "Chats" }).click();
  const make = ann.page.getByRole("main").getByRole("button", { name: "New room" });
  await (ann.isPhone ? make.last() : make).click();
  const dialog = ann.page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("Made on the first page");
  await dialog.getByRole("button", { name: "Create room" }).click();
  await expect(heading(ann, "Made on the first page")).toBeVisible();

  await ann.page.goto("/");
  await expect(ann.roomRow("Made on the first page")).toBeVisible();
  await expect(ann.page.getByText("You are in no room yet")).toHaveCount(0);
});
