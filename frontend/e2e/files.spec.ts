import { readFile } from "node:fs/promises";
import { expect, type Person, test } from "./fixtures";
import { halves } from "./png";

const picture = (name: string, width: number, height: number) => ({
  name,
  mimeType: "image/png",
  buffer: halves(width, height),
});
const text = (name: string, body = "Leaves, water, time.") => ({
  name,
  mimeType: "text/plain",
  buffer: Buffer.from(body),
});

/** Chooses files by the button. */
async function choose(who: Person, files: { name: string; mimeType: string; buffer: Buffer }[]) {
  const choosing = who.page.waitForEvent("filechooser");
  await who.page.getByRole("button", { name: "Attach files" }).click();
  await (await choosing).setFiles(files);
}

const sendButton = (who: Person) => who.page.getByRole("button", { name: "Send", exact: true });

test("[000-13] files are chosen by the button, sent with the text, and seen and saved by the others", async ({
  person,
}) => {
  const [ann, bob] = [await person("Ann"), await person("Bob")];
  const room = await ann.createRoom("With files");
  await bob.joinRoom(room);
  await Promise.all([ann.open(room), bob.open(room)]);
  await choose(ann, [
    picture("tea.png", 640, 480),
    picture("pot.png", 300, 900),
    text("recipe for tea.txt"),
  ]);
  const tray = ann.page.getByRole("list", { name: "3 files go with the message" });
  await expect(tray.getByRole("listitem")).toHaveCount(3);
  await expect(tray.getByRole("button", { name: /^Remove/ })).toHaveCount(3);
  await ann.write("See for **yourself**");
  await expect(tray).toHaveCount(0);

  for (const who of [ann, bob]) {
    const row = who.log.getByRole("article").filter({ hasText: "See for yourself" });
    await expect(row).toHaveCount(1);
    const shown = row.getByRole("img", { name: "tea.png" });
    await expect(shown).toBeVisible();
    await expect
      .poll(() => shown.evaluate((element) => (element as HTMLImageElement).naturalWidth))
      .toBe(640);
    await expect(row.getByText("recipe for tea.txt")).toBeVisible();
  }

  const row = bob.log.getByRole("article").filter({ hasText: "See for yourself" });
  const saving = bob.page.waitForEvent("download");
  await row.getByRole("button", { name: /^Download recipe for tea\.txt\s*20 bytes$/ }).click();
  const saved = await saving;
  expect(saved.suggestedFilename()).toBe("recipe for tea.txt");
  expect(await readFile(await saved.path(), "utf8")).toBe("Leaves, water, time.");

  // As large as the screen, by keys alone, and back to where it was.
  const opener = row.getByRole("button", { name: "Show tea.png" });
  await opener.focus();
  await bob.page.keyboard.press("Enter");
  const box = bob.page.getByRole("dialog", { name: "tea.png" });
  await expect(box.getByText("1 of 2")).toBeVisible();
  await expect(box.getByRole("img", { name: "tea.png" })).toBeVisible();
  await bob.page.keyboard.press("ArrowRight");
  const second = bob.page.getByRole("dialog", { name: "pot.png" });
  await expect(second.getByRole("img", { name: "pot.png" })).toBeVisible();
  await bob.page.keyboard.press("Escape");
  await expect(bob.page.getByRole("dialog")).toHaveCount(0);
  await expect(opener).toBeFocused();

  // They are there after a reload, for whoever was not there before, and for nobody else.
  await bob.page.reload();
  await expect(row.getByRole("img", { name: "tea.png" })).toBeVisible();
  const [message] = (
    await bob.call<{ items: { files: { id: number }[] }[] }>(
      "GET",
      `/api/rooms/${room.id}/messages?limit=1`,
    )
  ).items;
  const anonymous = await fetch(
    new URL(`/api/rooms/${room.id}/files/${message?.files[0]?.id}`, bob.page.url()),
  );
  expect(anonymous.status).toBe(401);
});

test("[000-13] a picture is pasted or dropped, sent without a word, and goes with its message", async ({
  person,
}) => {
  const [ann, bob] = [await person("Ann"), await person("Bob")];
  const room = await ann.createRoom("Pasted");
  await bob.joinRoom(room);
  await Promise.all([ann.open(room), bob.open(room)]);
  const bytes = [...halves(120, 90)];
  const give = (kind: "paste" | "drop", name: string) =>
    ann.composer.evaluate(
      (box, { kind, name, bytes }) => {
        const data = new DataTransfer();
        data.items.add(new File([new Uint8Array(bytes)], name, { type: "image/png" }));
        const options = { bubbles: true, cancelable: true };
        box.dispatchEvent(
          kind === "paste"
            ? new ClipboardEvent("paste", { ...options, clipboardData: data })
            : new DragEvent("drop", { ...options, dataTransfer: data }),
        );
      },
      { kind, name, bytes },
    );
  await give("paste", "pasted.png");
  await give("drop", "dropped.png");
  await expect(ann.page.getByRole("button", { name: /^Remove/ })).toHaveCount(2);

  // They wait while one looks elsewhere.
  await ann.page.getByRole("link", { name: "People" }).click();
  await expect(ann.composer).toHaveCount(0);
  await ann.roomRow("Pasted").click();
  await expect(ann.page.getByRole("button", { name: /^Remove/ })).toHaveCount(2);
  await ann.page.getByRole("button", { name: "Remove dropped.png" }).click();
  await expect(ann.composer).toBeFocused();
  await ann.composer.press("Enter");
  const shown = bob.log.getByRole("img", { name: "pasted.png" });
  await expect(shown).toBeVisible();
  await expect(bob.log.getByRole("img", { name: "dropped.png" })).toHaveCount(0);

  const row = ann.log.getByRole("article").filter({ has: ann.page.getByAltText("pasted.png") });
  await ann.command(row, "Delete");
  await expect(ann.toasts).toContainText("Message deleted");
  await ann.toasts.getByRole("button", { name: "Dismiss" }).click();
  await expect(shown).toHaveCount(0);
  await expect(bob.log.getByText("This message was deleted")).toBeVisible();
});

test("a file that is refused says why, and another try is one press away", async ({ person }) => {
  const ann = await person("Ann");
  const room = await ann.createRoom("Refused files");
  await ann.open(room);
  await choose(ann, [
    { name: "huge.bin", mimeType: "", buffer: Buffer.alloc(8 * 1024 * 1024 + 1) },
    {
      name: "broken.png",
      mimeType: "image/png",
      buffer: Buffer.from("\x89PNG\r\n\x1a\nno", "latin1"),
    },
  ]);
  const tray = ann.page.getByRole("list", { name: "2 files go with the message" });
  const item = (name: string) => tray.getByRole("listitem").filter({ hasText: name });
  await expect(item("huge.bin")).toContainText("Too large: at most 8 MB.");
  await expect(item("broken.png")).toHaveClass(/danger/);
  await expect(item("broken.png")).not.toContainText("bytes");
  // The same bytes would be refused again.
  await expect(item("broken.png").getByRole("button", { name: /^Try/ })).toHaveCount(0);
  // What cannot be sent does not go with it unseen.
  await expect(sendButton(ann)).toHaveAttribute("aria-disabled", "true");
  for (const name of ["huge.bin", "broken.png"]) {
    await ann.page.getByRole("button", { name: `Remove ${name}` }).click();
  }
  await expect(tray).toHaveCount(0);

  await ann.page.route(/\/files\?name=/, (route) => route.abort(), { times: 1 });
  await choose(ann, [text("second try.txt")]);
  const again = ann.page.getByRole("button", { name: "Try second try.txt again" });
  await expect(again).toBeVisible();
  await again.click();
  await expect(again).toHaveCount(0);
  await expect(sendButton(ann)).toHaveAttribute("aria-disabled", "false");
  await ann.composer.press("Enter");
  await expect(ann.log.getByRole("button", { name: /^Download second try\.txt/ })).toBeVisible();

  await choose(
    ann,
    Array.from({ length: 11 }, (_, at) => text(`${at + 1}.txt`)),
  );
  await expect(ann.toasts.getByRole("alert")).toContainText("A message takes 10 files at most.");
  await expect(
    ann.page.getByRole("list", { name: "10 files go with the message" }).getByRole("listitem"),
  ).toHaveCount(10);
});

test("pictures that arrive move nothing that is being read", async ({ person }) => {
  const [ann, bob] = [await person("Ann"), await person("Bob")];
  const room = await ann.createRoom("Still pictures");
  await bob.joinRoom(room);
  for (let number = 1; number <= 40; number += 1) await bob.say(room, `line ${number}`);
  await Promise.all([ann.open(room), bob.open(room)]);
  await expect(ann.rows("line 40")).toHaveCount(1);
  await ann.rows("line 15").scrollIntoViewIfNeeded();
  // It comes to rest first: while it moves, what arrives is held back.
  const topOf = () => ann.rows("line 15").evaluate((row) => row.getBoundingClientRect().top);
  await expect
    .poll(async () => {
      const before = await topOf();
      await ann.page.evaluate(() => new Promise((done) => setTimeout(done, 200)));
      return (await topOf()) - before;
    })
    .toBe(0);
  const before = await topOf();
  // Not at the tail, which follows what is new.
  expect(await ann.log.evaluate((log) => log.scrollTop)).toBeLessThan(-50);
  await choose(bob, [picture("wide.png", 900, 300)]);
  await expect(bob.page.getByRole("button", { name: "Remove wide.png" })).toBeVisible();
  await bob.write("look");
  await expect(bob.log.getByRole("img", { name: "wide.png" })).toBeVisible();
  await expect(ann.log.getByRole("article").filter({ hasText: "look" })).toHaveCount(1);
  await expect(ann.log.getByRole("img", { name: "wide.png" })).toHaveCount(1);
  expect(Math.abs((await topOf()) - before)).toBeLessThanOrEqual(1);
});

test("a file that is dropped where nobody takes it does not replace the page", async ({
  person,
}) => {
  const ann = await person("Ann");
  await ann.open(await ann.createRoom("Not here"));
  const isKept = () =>
    ann.page.evaluate(() => {
      const data = new DataTransfer();
      data.items.add(new File(["text"], "a.txt"));
      const drop = { dataTransfer: data, bubbles: true, cancelable: true };
      return ["dragover", "drop"].every(
        (kind) => !document.body.dispatchEvent(new DragEvent(kind, drop)),
      );
    });
  // The code that keeps it comes when the page has been there for a while.
  await expect.poll(isKept, { timeout: 60_000 }).toBe(true);
});
