import { expect, test } from "./fixtures";

test("what somebody blocked says is hidden until it is asked for, and they come back from the settings", async ({
  person,
}) => {
  const [ann, bob, eve] = [await person("Ann"), await person("Bob"), await person("Eve")];
  const room = await ann.createRoom("Quiet corner");
  await Promise.all([bob.joinRoom(room), eve.joinRoom(room)]);
  await eve.say(room, "an old insult");
  await bob.say(room, "an old kindness");
  await ann.open(room);
  await expect(ann.rows("an old insult")).toHaveCount(1);

  // From the list of people.
  await ann.page.goto("/profiles/");
  await ann.page.getByRole("searchbox").fill(eve.username);
  await ann.page.getByRole("button", { name: "Actions for Eve" }).click();
  await ann.page.getByRole("menuitem", { name: "Block" }).click();
  const dialog = ann.page.getByRole("dialog", { name: "Block Eve?" });
  await dialog.getByRole("button", { name: "Block" }).click();
  await expect(ann.toasts).toContainText("Eve is blocked.");

  await ann.open(room);
  const lines = ann.log.getByText("Message from somebody you blocked");
  await expect(ann.rows("an old kindness")).toHaveCount(1);
  await expect(lines).toHaveCount(1);
  await expect(ann.rows("an old insult")).toHaveCount(0);

  await Promise.all([eve.open(room), bob.open(room)]);
  await eve.write("a new insult");
  await expect(bob.rows("a new insult")).toHaveCount(1);
  await bob.say(room, "a new kindness");
  await expect(ann.rows("a new kindness")).toHaveCount(1);
  await expect(lines).toHaveCount(2);
  await expect(ann.rows("a new insult")).toHaveCount(0);
  // Aloud neither.
  await expect(ann.page.getByText("Eve: a new insult")).toHaveCount(0);

  // By keys alone: shown, and hidden again.
  const show = ann.log.getByRole("button", { name: "Show" }).last();
  await show.focus();
  await ann.page.keyboard.press("Enter");
  await expect(ann.rows("a new insult")).toHaveCount(1);
  await ann.log.getByRole("button", { name: "Hide" }).press("Enter");
  await expect(ann.rows("a new insult")).toHaveCount(0);

  // Nobody is told that somebody blocked types.
  await expect(async () => {
    // It is said every 3 s at the most.
    await eve.composer.press("x");
    await expect(bob.page.getByText("Eve is typing")).toBeVisible({ timeout: 1000 });
  }).toPass();
  await expect(ann.page.getByText("Eve is typing")).toHaveCount(0);

  const other = await ann.context.newPage();
  await other.goto("/settings/blocked/");
  await other.getByRole("button", { name: "Unblock Eve" }).click();
  await expect(other.getByText("You have blocked nobody.")).toBeVisible();
  // The other tab follows by itself.
  await expect(ann.rows("an old insult")).toHaveCount(1);
  await expect(ann.rows("a new insult")).toHaveCount(1);
  await expect(lines).toHaveCount(0);
});

test("somebody is blocked from the members of a room, and let in again", async ({ person }) => {
  const [ann, bob] = [await person("Ann"), await person("Bob")];
  const room = await ann.createRoom("Members block");
  await bob.joinRoom(room);
  await bob.say(room, "good morning");
  await ann.open(room);
  await ann.showMembers();
  const actions = ann.page.getByRole("button", { name: "Actions for Bob" });
  await actions.click();
  await ann.page.getByRole("menuitem", { name: "Block" }).click();
  await ann.page.getByRole("dialog").getByRole("button", { name: "Block" }).click();
  await expect(ann.rows("good morning")).toHaveCount(0);
  await actions.click();
  await ann.page.getByRole("menuitem", { name: "Unblock" }).click();
  await expect(ann.rows("good morning")).toHaveCount(1);
});
