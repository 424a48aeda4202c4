import { randomUUID } from "node:crypto";
import { Caller, type Room } from "./caller";
import { flood, variousText } from "./crowd";
import { ENTER, type Engine } from "./engines/engine";
import { FIREFOX_MISSING, startFirefox } from "./engines/firefox";
import { startWebkit, WEBKIT_MISSING } from "./engines/webkit";
import { expect, PASSWORD, test } from "./fixtures";
import { middleRow, ride } from "./instruments";
import type { Server } from "./server";

/**
 * The timeline in the engines that Playwright does not come with here, by the browsers of the system:
 * `apt-get install firefox-esr webkit2gtk-driver xvfb dbus`, then `make engines`.
 */
const ENGINES = [
  { name: "Firefox", missing: FIREFOX_MISSING, start: startFirefox },
  { name: "WebKit", missing: WEBKIT_MISSING, start: startWebkit },
];

const HISTORY = 1_500;
/** Per frame, about half a screen: quicker than pages come, so that both ends are run into. */
const STEP_PX = 400;

// Drawn by the processor alone: what is judged here is whether it is right, not how long it takes.
test.describe.configure({ timeout: 600_000 });

for (const { name, missing, start } of ENGINES) {
  test.describe(name, () => {
    test.skip(missing !== null, `${name} is not here: ${missing}`);
    let engine: Engine;
    test.beforeEach(async () => {
      engine = await start();
      console.log(engine.version);
    });
    test.afterEach(() => engine?.close());

    test(`a history is read up to the first message and down again without a jump, ${name}`, async ({
      server,
    }) => {
      const [ann, bob] = await people(server);
      const room = await ann.createRoom(`History in ${name}`);
      await bob.joinRoom(room);
      await flood(bob, room, HISTORY);
      const head = await headOf(ann, room);
      await enter(engine, ann, room);
      await expectRow(engine, head);

      const first = head - HISTORY + 1;
      const every = Array.from({ length: HISTORY }, (_, index) => first + index);
      for (const [step, until] of [
        [-STEP_PX, first],
        [STEP_PX, head],
      ] as const) {
        const { seen, jumps, lost, rowsMax } = await ride(engine, step, until);
        expect.soft(seen.filter((seq) => seq >= first)).toEqual(every);
        expect.soft({ jumps, lost }).toEqual({ jumps: [], lost: 0 });
        expect.soft(rowsMax).toBeLessThanOrEqual(300);
      }
    });

    for (const above of [300, 2_500]) {
      test(`what is read stays where it is, ${above} px above the tail, ${name}`, async ({
        server,
      }) => {
        const [ann, bob] = await people(server);
        const room = await ann.createRoom(`At rest ${above} in ${name}`);
        await bob.joinRoom(room);
        const said: { id: number; seq: number }[] = [];
        for (let n = 1; n <= 120; n += 1) said.push(await bob.say(room, variousText(n)));
        await enter(engine, ann, room);
        await expectRow(engine, said.at(-1)?.seq ?? 0);
        await engine.evaluate((by) => {
          const log = document.querySelector("[role=log]");
          if (log) log.scrollTop = -by;
        }, above);
        const before = await middleRow(engine);
        const at = said.findIndex(({ seq }) => seq === before.seq);
        expect(at).toBeGreaterThan(5);
        const stays = async (what: string) => {
          const { top } = await middleRow(engine, before.seq);
          expect.soft(Math.abs(top - before.top), what).toBeLessThanOrEqual(1);
        };
        const tall = `changed\n\n${"- a line more\n".repeat(8)}`;
        for (const [side, other] of [
          ["above", said[at - 4]],
          ["below", said[at + 3]],
        ] as const) {
          if (!other) throw new Error(`nothing is ${side}`);
          await bob.call("PATCH", `/api/messages/${other.id}`, { body: tall });
          await expectText(engine, other.seq, "a line more");
          await stays(`an edit ${side}`);
          await bob.call("PUT", `/api/messages/${other.id}/reactions/${encodeURIComponent("🫖")}`);
          await expectText(engine, other.seq, "🫖");
          await stays(`a reaction ${side}`);
          await bob.call("DELETE", `/api/messages/${other.id}`);
          await expectText(engine, other.seq, "This message was deleted");
          await stays(`a deletion ${side}`);
        }
        for (let n = 1; n <= 5; n += 1) await bob.say(room, `a new one, ${n}`);
        await expect
          .poll(() =>
            engine.evaluate(() =>
              [...document.querySelectorAll("button")].some(({ textContent }) =>
                textContent?.includes("5 new messages"),
              ),
            ),
          )
          .toBe(true);
        await stays("what was said since");
      });
    }

    test(`what is typed is sent once, also when the server is killed meanwhile, ${name}`, async ({
      server,
    }) => {
      const [ann, bob] = await people(server);
      const room = await ann.createRoom(`Talk in ${name}`);
      await bob.joinRoom(room);
      await enter(engine, ann, room);
      const written: string[] = [];
      const write = async (text: string) => {
        written.push(text);
        await engine.evaluate(() =>
          document.querySelector<HTMLElement>("[data-composer]")?.focus(),
        );
        await engine.press(text + ENTER);
      };
      for (let n = 1; n <= 5; n += 1) await write(`before ${n}`);
      await expect.poll(() => bob.texts(room)).toEqual(written);
      await bob.say(room, "I hear you");
      await expect.poll(async () => (await shown(engine)).at(-1)).toBe("I hear you");

      await server.kill();
      for (let n = 1; n <= 5; n += 1) await write(`meanwhile ${n}`);
      await expect.poll(async () => (await shown(engine)).at(-1)).toBe("meanwhile 5");
      await server.run();
      const all = [...written.slice(0, 5), "I hear you", ...written.slice(5)];
      await expect.poll(() => bob.texts(room), { timeout: 60_000 }).toEqual(all);
      await expect.poll(() => shown(engine)).toEqual(all);
      const unsent = () =>
        engine.evaluate(
          () => document.querySelectorAll("[role=log] article:not([data-seq])").length,
        );
      await expect.poll(unsent).toBe(0);
    });
  });
}

/** Two accounts, of which the first is opened in the engine. */
async function people(server: Server): Promise<[Caller, Caller]> {
  const make = async (name: string) => {
    const username = `${name.toLowerCase()}-${randomUUID().slice(0, 8)}`;
    const answer = await fetch(`${server.url}/api/auth/register`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ username, display_name: name, password: PASSWORD }),
    });
    return new Caller(name, username, server, (await answer.json()).access_token);
  };
  return [await make("Ann"), await make("Bob")];
}

/** Signs in as the page does, and opens a room. */
async function enter(engine: Engine, who: Caller, room: Room): Promise<void> {
  await engine.open(`${who.url}/robots.txt`);
  const status = await engine.evaluate(
    async (account) => {
      localStorage.setItem("parlor.session", "1");
      localStorage.setItem("parlor.locale", "en");
      const answer = await fetch("/api/auth/login", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(account),
      });
      return answer.status;
    },
    { username: who.username, password: PASSWORD, session: "cookie" },
  );
  expect(status).toBe(200);
  await engine.open(`${who.url}/chat/room/${room.id}/`);
  const writes = () =>
    engine.evaluate(() => document.querySelector("[data-composer]:not(:disabled)") !== null);
  await expect.poll(writes).toBe(true);
}

async function headOf(who: Caller, room: Room): Promise<number> {
  return (await who.call<{ head: number }>("GET", `/api/rooms/${room.id}`)).head;
}

function expectRow(engine: Engine, seq: number): Promise<void> {
  return expectText(engine, seq, "");
}

async function expectText(engine: Engine, seq: number, text: string): Promise<void> {
  const read = () =>
    engine.evaluate(
      (seq) => document.querySelector(`[role=log] [data-seq="${seq}"]`)?.textContent ?? null,
      seq,
    );
  await expect.poll(read).toContain(text);
}

/** What the timeline says, row by row. */
function shown(engine: Engine): Promise<string[]> {
  return engine.evaluate(() =>
    [...document.querySelectorAll("[role=log] .prose")].map((row) => row.textContent ?? ""),
  );
}
