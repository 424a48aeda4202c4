import { Cluster, MISSING } from "./cluster";
import { enter, expect, type Person, test } from "./fixtures";

if (MISSING) console.warn(`SKIPPED: ${MISSING}`);

test("two people on two nodes talk, one node is killed, and nothing is lost or doubled", async ({
  browser,
}) => {
  test.skip(MISSING !== null, MISSING ?? "");
  test.setTimeout(240_000);
  const cluster = await Cluster.start();
  try {
    const [nodeA] = cluster.nodes;
    const [ann, ben] = await Promise.all(
      (["Ann", "Ben"] as const).map((name, at) => {
        const { url } = cluster.ways[at as 0 | 1];
        return enter(browser, { url, command: nodeA.command.bind(nodeA) }, name, {}, "register");
      }),
    );
    if (!ann || !ben) throw new Error("two people were asked for");
    const room = await ann.createRoom("Two nodes");
    await ben.joinRoom(room);
    await Promise.all([ann.open(room), ben.open(room)]);

    const written: string[] = [];
    const write = async (who: Person, from: number, to: number) => {
      for (let number = from; number <= to; number += 1) {
        const text = `${who.name} says ${number}`;
        written.push(text);
        await who.write(text);
      }
    };
    await write(ann, 1, 3);
    await expect(ben.rows("Ann says 3")).toHaveCount(1);
    await write(ben, 1, 3);
    await expect(ann.rows("Ben says 3")).toHaveCount(1);

    const writing = Promise.all([write(ann, 4, 20), write(ben, 4, 20)]);
    await nodeA.kill();
    await writing;
    for (const who of [ann, ben]) {
      for (const text of written) await expect(who.rows(text)).toHaveCount(1, { timeout: 60_000 });
    }
    const stored = await ben.texts(room);
    expect([...stored].sort()).toEqual([...written].sort());
    for (const who of [ann, ben]) {
      const own = stored.filter((text) => text.startsWith(who.name));
      expect(own).toEqual(written.filter((text) => text.startsWith(who.name)));
    }

    // Ann goes on at the other node, and what she says arrives live.
    await expect(ann.page.getByText(/Reconnecting/)).toHaveCount(0);
    await ann.write("I am over here now");
    await expect(ben.rows("I am over here now")).toHaveCount(1);
  } finally {
    for (const context of browser.contexts()) await context.close();
    await cluster.stop();
  }
});

test("a hundred broken connections lose and double nothing", async ({ browser }) => {
  test.skip(MISSING !== null, MISSING ?? "");
  test.setTimeout(400_000);
  const cluster = await Cluster.start();
  try {
    const [nodeA] = cluster.nodes;
    const people = await Promise.all(
      ["Ann", "Ben"].map((name, at) => {
        const { url } = cluster.ways[at as 0 | 1];
        return enter(browser, { url, command: nodeA.command.bind(nodeA) }, name, {}, "register");
      }),
    );
    const [ann, ben] = people;
    if (!ann || !ben) throw new Error("two people were asked for");
    const room = await ann.createRoom("Cut and cut again");
    await ben.joinRoom(room);
    await Promise.all(people.map((who) => who.open(room)));
    const written: string[] = [];
    for (let cut = 1; cut <= 50; cut += 1) {
      await Promise.all(
        people.map(async (who) => {
          written.push(`${who.name} says ${cut}`);
          await who.write(`${who.name} says ${cut}`);
        }),
      );
      for (const way of cluster.ways) way.cut();
    }
    for (const who of people) {
      for (const text of written.slice(-20)) {
        await expect(who.rows(text)).toHaveCount(1, { timeout: 60_000 });
      }
    }
    const stored = await ben.texts(room);
    expect([...stored].sort()).toEqual([...written].sort());
    for (const who of people) {
      const own = stored.filter((text) => text.startsWith(who.name));
      expect(own).toEqual(written.filter((text) => text.startsWith(who.name)));
      const shown = await who.log.locator(".prose").allInnerTexts();
      expect(shown).toEqual(stored);
    }
  } finally {
    for (const context of browser.contexts()) await context.close();
    await cluster.stop();
  }
});
