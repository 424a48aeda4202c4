import { expect, test } from "./fixtures";

// Reconnecting takes up to half a minute where the machine is busy.
test.describe.configure({ mode: "serial", timeout: 120_000 });

test("[002-19] [002-20] a server killed while both write loses and doubles nothing on either screen", async ({
  person,
  server,
}) => {
  const [ann, bob] = [await person("Ann"), await person("Bob")];
  const room = await ann.createRoom("Killed");
  await bob.joinRoom(room);
  await Promise.all([ann.open(room), bob.open(room)]);

  const written: string[] = [];
  const write = async (who: typeof ann, from: number, to: number) => {
    for (let number = from; number <= to; number += 1) {
      const text = `${who.name} says ${number}`;
      written.push(text);
      await who.write(text);
    }
  };
  await Promise.all([write(ann, 1, 8), write(bob, 1, 8)]);
  const writing = Promise.all([write(ann, 9, 24), write(bob, 9, 24)]);
  await server.kill();
  await writing;
  await expect(ann.page.getByText(/Reconnecting/).first()).toBeVisible();
  await server.run();

  for (const who of [ann, bob]) {
    for (const text of written) await expect(who.rows(text)).toHaveCount(1, { timeout: 60_000 });
  }
  const stored = await ann.texts(room);
  expect([...stored].sort()).toEqual([...written].sort());
  for (const who of [ann, bob]) {
    const own = stored.filter((text) => text.startsWith(who.name));
    expect(own).toEqual(written.filter((text) => text.startsWith(who.name)));
    const shown = await who.log.getByRole("article").allInnerTexts();
    const order = stored.map((text) => shown.findIndex((row) => row.includes(text)));
    expect(order).toEqual([...order].sort((a, b) => a - b));
  }
});

test("what is written while offline waits, survives a reload, and is sent once, in order", async ({
  person,
}) => {
  const [ann, bob] = [await person("Ann"), await person("Bob")];
  const room = await ann.createRoom("Offline");
  await bob.joinRoom(room);
  await Promise.all([ann.open(room), bob.open(room)]);
  await ann.write("before");
  await expect(bob.rows("before")).toHaveCount(1);
  await ann.page.evaluate(async () => {
    await navigator.serviceWorker.ready;
  });

  await ann.context.setOffline(true);
  const texts = ["first while away", "second while away", "third while away"];
  for (const text of texts) await ann.write(text);
  for (const text of texts) await expect(ann.rows(text)).toHaveCount(1);
  await ann.page.reload();
  for (const text of texts) await expect(ann.rows(text)).toHaveCount(1);
  await expect(bob.rows(texts[0] ?? "")).toHaveCount(0);

  await ann.context.setOffline(false);
  for (const text of texts) {
    await expect(bob.rows(text)).toHaveCount(1, { timeout: 40_000 });
    await expect(ann.rows(text)).toHaveCount(1);
  }
  expect(await bob.texts(room)).toEqual(["before", ...texts]);
});

test("a draft stays with its room", async ({ person }) => {
  const ann = await person("Ann");
  const [one, two] = [await ann.createRoom("Draft one"), await ann.createRoom("Draft two")];
  await ann.open(one);
  await ann.composer.fill("for one only");
  await ann.showRooms();
  await ann.roomRow("Draft two").click();
  await expect(ann.page.getByRole("heading", { level: 1, name: "Draft two" })).toBeVisible();
  await expect(ann.composer).toHaveValue("");
  await ann.page.reload();
  await ann.showRooms();
  await ann.roomRow("Draft one").click();
  await expect(ann.composer).toHaveValue("for one only");
  expect(await ann.texts(two)).toEqual([]);
});
