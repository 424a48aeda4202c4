import { flood, variousText } from "./crowd";
import { expect, type Person, test } from "./fixtures";
import { countNodes, heapOf, middleRow, ride, watchChanges } from "./instruments";

// A recording of the page would weigh more than the page.
test.use({ trace: "off" });
test.describe.configure({ timeout: 400_000 });

/** Bounds of the open room, however much is said in it and however far one reads. */
const ROWS_MAX = 300;
const NODES_MAX = 5_000;
const HEAP_MAX = 20 * 1024 * 1024;

const HISTORY = 10_000;
/** Per frame, about half a screen: quicker than pages come, so that both ends are run into. */
const STEP_PX = 400;

async function expectBounded(who: Person): Promise<void> {
  const { nodes, rows } = await countNodes(who.page);
  expect.soft(rows).toBeLessThanOrEqual(ROWS_MAX);
  expect.soft(nodes).toBeLessThanOrEqual(NODES_MAX);
  expect.soft(await heapOf(who.page)).toBeLessThanOrEqual(HEAP_MAX);
}

test("10,000 messages are read up to the first and down again without a jump", async ({
  person,
}) => {
  const [ann, bob] = [await person("Ann"), await person("Bob")];
  const room = await ann.createRoom("A long history");
  await bob.joinRoom(room);
  await flood(bob, room, HISTORY);
  const { head } = await ann.call<{ head: number }>("GET", `/api/rooms/${room.id}`);
  await ann.open(room);
  await expect(ann.log.locator(`[data-seq="${head}"]`)).toBeInViewport();

  const first = head - HISTORY + 1;
  const every = Array.from({ length: HISTORY }, (_, index) => first + index);
  for (const [step, until] of [
    [-STEP_PX, first],
    [STEP_PX, head],
  ] as const) {
    const { seen, jumps, lost, rowsMax, nodesMax } = await ride(ann.page, step, until);
    expect.soft(seen.filter((seq) => seq >= first)).toEqual(every);
    expect.soft({ jumps, lost }).toEqual({ jumps: [], lost: 0 });
    expect.soft(rowsMax).toBeLessThanOrEqual(ROWS_MAX);
    expect.soft(nodesMax).toBeLessThanOrEqual(NODES_MAX);
    await expectBounded(ann);
  }
});

test("pages that come late move nothing that is being read", async ({ person }) => {
  const [ann, bob] = [await person("Ann"), await person("Bob")];
  const room = await ann.createRoom("A slow line");
  await bob.joinRoom(room);
  await flood(bob, room, 160);
  const { head } = await ann.call<{ head: number }>("GET", `/api/rooms/${room.id}`);
  const first = head - 129;
  await ann.open(room);
  await ann.page.goto(`${ann.page.url()}?at=${first}`);
  await expect(ann.log.locator(`[data-seq="${first}"]`)).toBeInViewport();
  // Whoever reads on comes to the end of what is there, and waits at it.
  await ann.page.route(/\/messages\?.*after=/, async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    await route.continue();
  });
  const { seen, jumps, lost } = await ride(ann.page, 60, head);
  expect(jumps).toEqual([]);
  expect(lost).toBe(0);
  const every = Array.from({ length: 130 }, (_, index) => first + index);
  expect(seen.filter((seq) => seq >= first)).toEqual(every);
});

for (const { name, above } of [
  { name: "a little above the tail", above: 300 },
  { name: "far above the tail", above: 2_500 },
]) {
  test(`what is read stays where it is, whatever happens around it, ${name}`, async ({
    person,
  }) => {
    const [ann, bob] = [await person("Ann"), await person("Bob")];
    const room = await ann.createRoom(`At rest ${above}`);
    await bob.joinRoom(room);
    const said: { id: number; seq: number }[] = [];
    for (let n = 1; n <= 120; n += 1) said.push(await bob.say(room, variousText(n)));
    await ann.open(room);
    const row = (seq: number) => ann.log.locator(`[data-seq="${seq}"]`);
    await expect(row(said.at(-1)?.seq ?? 0)).toBeInViewport();
    await ann.log.evaluate((log, by) => {
      log.scrollTop = -by;
    }, above);
    const before = await middleRow(ann.page);
    const at = said.findIndex(({ seq }) => seq === before.seq);
    expect(at).toBeGreaterThan(5);
    const stays = async (what: string) => {
      const { top } = await middleRow(ann.page, before.seq);
      expect.soft(Math.abs(top - before.top), what).toBeLessThanOrEqual(1);
    };

    const tall = `changed\n\n${"- a line more\n".repeat(8)}`;
    for (const [side, other] of [
      ["above", said[at - 4]],
      ["below", said[at + 3]],
    ] as const) {
      if (!other) throw new Error(`nothing is ${side}`);
      await bob.call("PATCH", `/api/messages/${other.id}`, { body: tall });
      await expect(row(other.seq)).toContainText("a line more");
      await stays(`an edit ${side}`);
      await bob.call("PUT", `/api/messages/${other.id}/reactions/${encodeURIComponent("🫖")}`);
      await expect(row(other.seq).getByRole("button", { name: /🫖/u })).toHaveCount(1);
      await stays(`a reaction ${side}`);
      await bob.call("DELETE", `/api/messages/${other.id}`);
      await expect(row(other.seq)).toContainText("This message was deleted");
      await stays(`a deletion ${side}`);
    }
    for (let n = 1; n <= 5; n += 1) await bob.say(room, `a new one, ${n}`);
    // Far above they are held back and counted; near the tail they are let in, and counted too.
    await expect(ann.page.getByRole("button", { name: "5 new messages" })).toBeVisible();
    await stays("what was said since");
    await ann.page.getByRole("button", { name: "5 new messages" }).click();
    await expect(ann.rows("a new one, 5")).toBeInViewport();
  });
}

test("thousands of messages into the open room lose no key, draw once per frame and stay bounded", async ({
  person,
}) => {
  const [ann, bob] = [await person("Ann"), await person("Bob")];
  const room = await ann.createRoom("Firehose");
  await bob.joinRoom(room);
  await ann.open(room);
  const stop = await watchChanges(ann.page);
  const written = "What I write meanwhile is all here, every letter of it.";
  const [, typed] = await Promise.all([
    flood(bob, room, 4_000),
    ann.composer.pressSequentially(written, { delay: 20 }),
  ]);
  expect(typed).toBeUndefined();
  const { head } = await ann.call<{ head: number }>("GET", `/api/rooms/${room.id}`);
  await expect(ann.log.locator(`[data-seq="${head}"]`)).toBeInViewport();
  await expect(ann.composer).toHaveValue(written);
  const { changes, frames } = await stop();
  // A frame's messages come in one change; typing, the line of who types and the list beside it have some of their own.
  expect.soft(changes).toBeLessThanOrEqual(frames);
  const rows = await ann.log
    .locator("[data-seq]")
    .evaluateAll((all) => all.map((row) => Number((row as HTMLElement).dataset.seq)));
  expect(rows).toEqual(rows.map((_, index) => head - rows.length + 1 + index));
  await expectBounded(ann);

  // Who reads above the tail keeps their place through the next ones.
  await ann.log.evaluate((log) => {
    log.scrollTop = -3_000;
  });
  const before = await middleRow(ann.page);
  await flood(bob, room, 1_000);
  await expect(ann.page.getByRole("button", { name: /new messages$/ })).toBeVisible();
  const { top } = await middleRow(ann.page, before.seq);
  expect.soft(Math.abs(top - before.top)).toBeLessThanOrEqual(1);
  await expectBounded(ann);
});
