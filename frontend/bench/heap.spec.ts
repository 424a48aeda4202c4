import type { Page } from "@playwright/test";
import { expect, type Person, test } from "../e2e/fixtures";
import { countNodes, heapOf } from "../e2e/instruments";
import { note } from "./figures";

/**
 * A working day in minutes: what eight hours of ten messages a second in fifty rooms bring to a page,
 * as fast as it takes them. What the hours themselves would do is only waiting: every clock of the
 * client is a timer that is set anew, and keeps nothing.
 */
const HOURS = Number(process.env.HOURS ?? 8);
const ROOMS = 50;
const MESSAGES_A_HOUR = 10 * 3_600;
/** Each hears everything that is said, so that more of them would be the work. */
const TALKERS = 2;
/** Rooms that are looked at in an hour, read a little upwards and answered in. */
const VISITS_A_HOUR = 30;
/** Of a talker's messages every so many is edited, and gets a reaction; so often somebody types or goes away. */
const CHANGE_EVERY = 40;
/** Commands that wait for their replies at the same time. */
const AT_ONCE = 64;
const MB = 1024 * 1024;

test("the heap of a page that is open for eight hours", async ({ person, browser, server }) => {
  const ann = await person("Ann");
  const talkers = await Promise.all(
    Array.from({ length: TALKERS }, (_, at) => person(`Talker${at}`)),
  );
  const rooms: { id: number; name: string }[] = [];
  for (let n = 1; n <= ROOMS; n += 1) {
    const room = await ann.createRoom(`Day ${String(n).padStart(2, "0")}`);
    await Promise.all(talkers.map((who) => who.joinRoom(room)));
    rooms.push(room);
  }
  const ids = rooms.map(({ id }) => id);
  const context = await browser.newContext({ baseURL: server.url });
  const crowd = await context.newPage();
  await crowd.goto("/robots.txt");
  await connect(crowd, talkers, ids);

  const first = rooms[0];
  if (!first) throw new Error("no rooms");
  await ann.page.goto(`/chat/room/${first.id}/`);
  await expect(ann.composer).toBeVisible();
  const heaps: number[] = [];
  const began = performance.now();
  for (let hour = 1; hour <= HOURS; hour += 1) {
    const talk = crowd.evaluate(
      ([count, changeEvery, atOnce]) =>
        (window as unknown as { talk: typeof speak }).talk(count, changeEvery, atOnce),
      [MESSAGES_A_HOUR, CHANGE_EVERY, AT_ONCE] as const,
    );
    for (let visit = 0; visit < VISITS_A_HOUR; visit += 1) {
      const room = rooms[(hour * 7 + visit) % ROOMS] ?? first;
      await look(ann, room);
      await ann.write(`Hour ${hour}, visit ${visit}`);
    }
    await talk;
    // Every reading is of the same screen, after everything has come.
    await look(ann, first);
    const { head } = await ann.call<{ head: number }>("GET", `/api/rooms/${first.id}`);
    await expect(ann.log.locator(`[data-seq="${head}"]`)).toBeInViewport({ timeout: 60_000 });
    await heapOf(ann.page);
    heaps.push((await heapOf(ann.page)) / MB);
    const { nodes } = await countNodes(ann.page);
    console.log(
      `hour ${hour}: ${heaps.at(-1)?.toFixed(1)} MB, ${nodes} elements, ` +
        `${((performance.now() - began) / 1000).toFixed(0)} s`,
    );
  }
  await context.close();
  const later = (heaps.at(-1) ?? 0) - (heaps[0] ?? 0);
  note(
    `heap after ${HOURS} h of ${ROOMS} rooms at 10 messages/s (${HOURS * MESSAGES_A_HOUR} messages)`,
    "≤ 80 MB",
    `${heaps.at(-1)?.toFixed(1)} MB; ${heaps[0]?.toFixed(1)} MB after the first, ${later.toFixed(1)} MB more by the last`,
  );
});

/** Opens a room by its line in the list and reads a little of what was said before. */
async function look(who: Person, room: { name: string }): Promise<void> {
  await who.roomRow(room.name).click();
  await expect(who.page.getByRole("heading", { level: 1, name: room.name })).toBeVisible();
  await expect(who.log.locator("[data-seq]").first()).toBeVisible();
  await who.log.hover();
  await who.page.mouse.wheel(0, -1_200);
  await who.page.mouse.wheel(0, 5_000);
}

/** Sockets of everybody who talks, in a page of their own. */
async function connect(page: Page, talkers: readonly Person[], rooms: number[]): Promise<void> {
  await page.evaluate(
    async ([tokens, rooms]) => {
      const waiting = new Map<string, (data: { message?: { id: number } }) => void>();
      const sockets = await Promise.all(
        tokens.map(
          (token) =>
            new Promise<WebSocket>((done) => {
              const socket = new WebSocket(`ws://${location.host}/gateway`);
              socket.onopen = () => socket.send(JSON.stringify({ type: "hello", token }));
              socket.onmessage = ({ data }) => {
                if (data.includes('"caught_up"')) done(socket);
                if (!data.includes('"reply"')) return;
                const { id, ok, data: answer } = JSON.parse(data);
                if (ok) waiting.get(id)?.(answer ?? {});
                else throw new Error(data);
                waiting.delete(id);
              };
            }),
        ),
      );
      let last = 0;
      const command = (socket: WebSocket, frame: object) =>
        new Promise<{ message?: { id: number } }>((done) => {
          last += 1;
          const id = String(last);
          waiting.set(id, done);
          socket.send(JSON.stringify({ ...frame, id }));
        });
      Object.assign(window, { sockets, rooms, command });
    },
    [talkers.map(({ token }) => token), rooms] as const,
  );
  await page.evaluate(`window.talk = ${speak}`);
}

/** Runs in the page of the crowd: so many messages, spread over the rooms, and what goes along with them. */
async function speak(count: number, changeEvery: number, atOnce: number): Promise<void> {
  type Crowd = {
    sockets: WebSocket[];
    rooms: number[];
    command(socket: WebSocket, frame: object): Promise<{ message?: { id: number } }>;
  };
  const { sockets, rooms, command } = window as unknown as Crowd;
  let next = 0;
  const talker = async () => {
    while (next < count) {
      const n = next;
      next += 1;
      const socket = sockets[n % sockets.length] as WebSocket;
      const room_id = rooms[(n * 7) % rooms.length];
      const body = `Message ${n}, of **some** length, with \`code\` and a https://example.org/${n}`;
      const nonce = crypto.randomUUID();
      const { message } = await command(socket, { type: "message.send", room_id, body, nonce });
      if (n % changeEvery !== 0 || !message) continue;
      await command(socket, {
        type: "message.edit",
        message_id: message.id,
        body: `${body}, edited`,
      });
      await command(socket, { type: "reaction.add", message_id: message.id, emoji: "🫖" });
      await command(socket, { type: "room.enter", room_id });
      await command(socket, { type: "typing.start", room_id });
      const presence = n % (2 * changeEvery) === 0 ? "away" : "online";
      await command(socket, { type: "presence.set", presence });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, talker));
}
