import { test as base, type Page } from "@playwright/test";
import { enter, expect, type Person } from "./fixtures";
import { type Break, Line } from "./line";
import { freePort, Server } from "./server";

/** How often the lines are broken: `CUTS=50 make e2e-long`. */
const CUTS = Number(process.env.CUTS ?? 1_000);
/** The same seed makes the same choices; what they meet is up to the machine. */
const SEED = Number(process.env.SEED ?? 1);
/** After so many it is looked whether both pages show what the server has; the window holds more than is said until then. */
const COMPARE_EVERY = 25;
const KILL_EVERY = 100;
const BREAKS: readonly Break[] = ["now", "within", "silence"];
const PAUSE_MS_MAX = 60;

const test = base;
// A recording of the page would weigh more than the page.
test.use({ trace: "off" });

test(`${CUTS} broken lines lose, double and reorder nothing in the page, not for a moment`, async ({
  browser,
}) => {
  test.setTimeout(120_000 + CUTS * 3_000);
  const chance = chances(SEED);
  const port = await freePort();
  const server = await Server.start({ PARLOR_ALLOWED_ORIGINS: `http://127.0.0.1:${port}` });
  const line = await Line.to(server, port);
  const began = performance.now();
  let broken = 0;
  let said = 0;
  try {
    const through = { url: line.url, command: server.command.bind(server) };
    const people = [
      await enter(browser, through, "Ann", {}, "register"),
      await enter(browser, through, "Ben", {}, "register"),
    ] as const;
    const [ann] = people;
    // By REST, and past the line: what he does happens while the others are away.
    const carl = await enter(browser, server, "Carl", {}, "register");
    const room = await ann.createRoom("Cut a thousand times");
    for (const who of [people[1], carl]) await who.joinRoom(room);
    for (const who of people) await who.open(room);
    const watches = await Promise.all(people.map((who) => watchRows(who.page)));

    const written = people.map((): string[] => []);
    for (let cut = 1; cut <= CUTS; cut += 1) {
      await Promise.all(
        people.map(async (who, at) => {
          const text = `${who.name} says ${cut}`;
          written[at]?.push(text);
          await who.write(text);
        }),
      );
      said += 2;
      if (chance() < 0.5) {
        const { id } = await carl.say(room, `Carl says ${cut}`);
        said += 1;
        const what = chance();
        if (what < 0.3)
          await carl.call("PATCH", `/api/messages/${id}`, { body: `Carl meant ${cut}` });
        else if (what < 0.5) await carl.call("DELETE", `/api/messages/${id}`);
      }
      await new Promise((done) => setTimeout(done, chance() * PAUSE_MS_MAX));
      if (cut % KILL_EVERY === 0) {
        broken += line.count;
        await server.kill();
        await server.run();
      } else {
        broken += line.cut(BREAKS[Math.floor(chance() * BREAKS.length)] ?? "now", chance());
      }
      await comeBack(line, people);
      // Now and then the next break comes before anything is caught up.
      if (chance() < 0.8) await expectStored(people, cut);
      if (cut % COMPARE_EVERY === 0 || cut === CUTS) {
        await expectStored(people, cut);
        const { head } = await carl.call<{ head: number }>("GET", `/api/rooms/${room.id}`);
        const { items } = await carl.call<{
          items: { seq: number; kind: string; body: string | null; edited_at: string | null }[];
        }>("GET", `/api/rooms/${room.id}/messages?after=${Math.max(0, head - 100)}&limit=100`);
        const there = items
          .filter(({ kind }) => kind === "text")
          .map(({ seq, body, edited_at }) =>
            body === null
              ? `${seq}: This message was deleted`
              : `${seq}: ${body}${edited_at ? " (edited)" : ""}`,
          );
        for (const who of people) {
          await expect
            .poll(async () => (await shown(who.page)).slice(-there.length), {
              message: `what ${who.name} sees after ${cut} cuts`,
            })
            .toEqual(there);
        }
      }
    }

    const stored = await carl.texts(room);
    for (const [at, who] of people.entries()) {
      expect(stored.filter((text) => text?.startsWith(`${who.name} says`))).toEqual(written[at]);
      expect(await watches[at]?.evaluate(({ wrong }) => wrong), `what ${who.name} saw`).toEqual([]);
    }
    const seconds = ((performance.now() - began) / 1000).toFixed(0);
    const looks = await Promise.all(watches.map((watch) => watch.evaluate(({ looks }) => looks)));
    console.log(
      `${CUTS} cuts (seed ${SEED}), ${broken} sockets broken, ${said} messages, ` +
        `${looks.reduce((sum, each) => sum + each, 0)} looks at the rows, ${seconds} s`,
    );
    expect(broken).toBeGreaterThan(CUTS);
  } finally {
    for (const context of browser.contexts()) await context.close();
    await line.stop();
    await server.stop();
  }
});

/** Tells the pages that there is a network, as a browser does, until each has a socket again. */
async function comeBack(line: Line, people: readonly Person[]): Promise<void> {
  await expect(async () => {
    for (const { page } of people) {
      await page.evaluate(() => window.dispatchEvent(new Event("online")));
    }
    expect(line.count).toBe(people.length);
  }).toPass({ intervals: [20], timeout: 60_000 });
}

/** What was written with this cut has come to be a message, in the page of whoever wrote it. */
async function expectStored(people: readonly Person[], cut: number): Promise<void> {
  for (const who of people) {
    const stored = who.rows(`${who.name} says ${cut}`).and(who.page.locator("[data-seq]"));
    await expect(async () => {
      // A try that failed may have made it wait for long by now.
      await who.page.evaluate(() => window.dispatchEvent(new Event("online")));
      await expect(stored).toHaveCount(1, { timeout: 250 });
    }).toPass({ intervals: [20], timeout: 60_000 });
  }
}

function shown(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>("[role=log] article[data-seq]")].map((row) => {
      const text = row.querySelector(".prose") ?? row.querySelector("p.italic");
      return `${row.dataset.seq}: ${text?.textContent}`;
    }),
  );
}

/**
 * Looks at the rows after every change of them: their numbers go up, and nothing is there
 * twice, be it stored or still on its way.
 */
function watchRows(page: Page) {
  return page.evaluateHandle(() => {
    const watch = { looks: 0, wrong: [] as string[] };
    const log = document.querySelector("[role=log]");
    const look = () => {
      watch.looks += 1;
      const seqs = [...document.querySelectorAll<HTMLElement>("[role=log] [data-seq]")].map((row) =>
        Number(row.dataset.seq),
      );
      const wrong = seqs.findIndex((seq, at) => at > 0 && seq <= (seqs[at - 1] ?? 0));
      if (wrong !== -1) watch.wrong.push(`${seqs[wrong]} after ${seqs[wrong - 1]}`);
      const texts = [...document.querySelectorAll("[role=log] .prose")].map(
        (text) => text.textContent ?? "",
      );
      const twice = texts.find((text, at) => texts.indexOf(text) !== at);
      if (twice !== undefined) watch.wrong.push(`twice: ${twice}`);
      watch.wrong.length = Math.min(watch.wrong.length, 20);
    };
    new MutationObserver(look).observe(log ?? document, { childList: true, subtree: true });
    return watch;
  });
}

/** Numbers from 0 to 1 that look like chance and are the same for the same seed (mulberry32). */
function chances(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
