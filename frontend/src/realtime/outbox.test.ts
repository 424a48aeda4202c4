import "fake-indexeddb/auto";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError } from "../api/error";
import type { Message } from "../api/types";
import { type Database, openDatabase } from "./database";
import { Outbox, type OutboxOptions } from "./outbox";
import { outboxStorage } from "./outbox-storage";
import type { Note } from "./tabs";
import { FakeClock } from "./testing/fake-clock";
import { INES, message } from "./testing/fixtures";
import type { Pending } from "./types";

const ROOM = 5;
const OTHER = 6;

let clock: FakeClock;
let database: Promise<Database>;
let tabs: Set<(note: Note) => void>;
let server: Map<string, Message>;
let received: string[];
/** What the next sends meet, before the server sees them, or after it has stored them. */
let troubles: ({ before: ApiError } | { after: ApiError })[];

beforeEach(() => {
  clock = new FakeClock();
  database = openDatabase();
  tabs = new Set();
  server = new Map();
  received = [];
  troubles = [];
});

afterEach(async () => {
  (await database).close();
  await new Promise((done) => {
    indexedDB.deleteDatabase("parlor").onsuccess = done;
  });
});

/** One tab's outbox, and what that tab shows. */
function tab(options: Partial<OutboxOptions> = {}) {
  const shown = new Map<string, Pending>();
  let own: ((note: Note) => void) | null = null;
  const outbox = new Outbox({
    userId: 1,
    storage: outboxStorage(database),
    clock,
    random: () => 0.5,
    locks: fakeLocks,
    send: vi.fn(deliver),
    onPending: (row) => shown.set(row.nonce, row),
    onGone: (_roomId, nonce) => shown.delete(nonce),
    onStored: (stored) => {
      if (stored.nonce) shown.delete(stored.nonce);
    },
    announce: (note) => {
      for (const listener of tabs) if (listener !== own) listener(structuredClone(note));
    },
    listen: (listener) => {
      own = listener;
      tabs.add(listener);
      return () => tabs.delete(listener);
    },
    ...options,
  });
  return { outbox, shown, states: () => [...shown.values()].map((row) => [row.body, row.status]) };
}

/** A server that keeps nonces, as ours does. */
async function deliver(row: Pending): Promise<Message> {
  const trouble = troubles.shift();
  if (trouble && "before" in trouble) throw trouble.before;
  const stored =
    server.get(row.nonce) ??
    message(server.size + 1, {
      room_id: row.roomId,
      body: row.body,
      author: INES,
      nonce: row.nonce,
    });
  if (!server.has(row.nonce)) received.push(row.body);
  server.set(row.nonce, stored);
  if (trouble) throw trouble.after;
  return stored;
}

let lockQueue: Promise<unknown> = Promise.resolve();
const fakeLocks = {
  request: (_name: string, task: () => Promise<unknown>) => {
    const done = lockQueue.then(task);
    lockQueue = done.catch(() => {});
    return done;
  },
} as unknown as LockManager;

/** The database answers by real timers, the outbox waits by the fake clock: both get their time. */
async function idle(): Promise<void> {
  for (let round = 0; round < 15; round += 1) {
    await new Promise((resolve) => setTimeout(resolve, 2));
    await clock.advance(0);
  }
}

async function later(ms: number): Promise<void> {
  await clock.advance(ms);
  await idle();
}

describe("sending", () => {
  it("shows a row before add returns, then sends it and lets it go", async () => {
    const { outbox, states } = tab();
    await outbox.start();
    outbox.add(ROOM, "one", null);
    expect(states()).toEqual([["one", "queued"]]);
    await idle();
    expect(received).toEqual(["one"]);
    expect(states()).toEqual([]);
    expect(await outbox.unsent()).toBe(0);
  });

  it("keeps the order of a room, also over failures", async () => {
    const { outbox } = tab();
    await outbox.start();
    troubles = [
      { before: new ApiError(0, "network", "") },
      { after: new ApiError(0, "timeout", "") },
    ];
    for (const body of ["1", "2", "3", "4"]) outbox.add(ROOM, body, null);
    await idle();
    for (let round = 0; round < 5; round += 1) await later(30_000);
    expect(received).toEqual(["1", "2", "3", "4"]);
  });

  it("sends with the same nonce when the outcome is not known, so once", async () => {
    const { outbox, states } = tab();
    await outbox.start();
    troubles = [
      { after: new ApiError(0, "timeout", "") },
      { after: new ApiError(503, "retry_same_nonce", "", [], 2) },
      { after: new ApiError(503, "unavailable", "") },
      { after: new ApiError(0, "network", "") },
    ];
    outbox.add(ROOM, "once", null);
    await idle();
    for (let round = 0; round < 6; round += 1) await later(30_000);
    expect(received).toEqual(["once"]);
    expect(server.size).toBe(1);
    expect(states()).toEqual([]);
  });

  it("waits as long as a 429 says", async () => {
    const { outbox } = tab();
    await outbox.start();
    troubles = [{ before: new ApiError(429, "rate_limited", "", [], 7) }];
    outbox.add(ROOM, "slow", null);
    await idle();
    await later(6_999);
    expect(received).toEqual([]);
    await later(1);
    expect(received).toEqual(["slow"]);
  });

  it("does not let one room wait for another", async () => {
    const gate = gateOf();
    const { outbox } = tab({
      send: async (row) => {
        if (row.roomId === ROOM) await gate.promise;
        return deliver(row);
      },
    });
    await outbox.start();
    outbox.add(ROOM, "stuck", null);
    outbox.add(OTHER, "free", null);
    await idle();
    await idle();
    expect(received).toEqual(["free"]);
    gate.resolve();
    await idle();
    expect(received).toEqual(["free", "stuck"]);
  });

  it("tries at once when a socket opens", async () => {
    const { outbox } = tab();
    await outbox.start();
    troubles = [{ before: new ApiError(0, "network", "") }];
    outbox.add(ROOM, "one", null);
    await idle();
    expect(received).toEqual([]);
    outbox.wake();
    await idle();
    expect(received).toEqual(["one"]);
  });
});

describe("a refusal", () => {
  it("keeps the row with the server's words, and does not hold up the next", async () => {
    const { outbox, shown, states } = tab();
    await outbox.start();
    troubles = [{ before: new ApiError(403, "muted", "You are muted here.") }];
    const nonce = outbox.add(ROOM, "no", null);
    outbox.add(ROOM, "yes", null);
    await idle();
    await idle();
    expect(states()).toEqual([["no", "failed"]]);
    expect(shown.get(nonce)?.error).toEqual({ code: "muted", detail: "You are muted here." });
    expect(received).toEqual(["yes"]);
    expect(await outbox.unsent()).toBe(1);

    outbox.retry(nonce);
    await idle();
    expect(received).toEqual(["yes", "no"]);
    expect(server.has(nonce)).toBe(true);
  });

  it("can be taken back or given up", async () => {
    const { outbox, states } = tab();
    await outbox.start();
    troubles = [{ before: new ApiError(422, "invalid", "Too long.") }];
    const nonce = outbox.add(ROOM, "no", null);
    await idle();
    expect(outbox.discard(nonce)?.body).toBe("no");
    await idle();
    expect(states()).toEqual([]);
    expect(await outbox.unsent()).toBe(0);
  });
});

describe("a reload", () => {
  it("loses nothing and sends with the same nonces in the same order", async () => {
    const offline = tab({
      send: async () => {
        throw new ApiError(0, "network", "");
      },
    });
    await offline.outbox.start();
    const nonces = ["a", "b", "c"].map((body) => offline.outbox.add(ROOM, body, null));
    await idle();
    offline.outbox.stop();

    const next = tab();
    await next.outbox.start();
    await idle();
    await idle();
    expect(received).toEqual(["a", "b", "c"]);
    expect([...server.keys()]).toEqual(nonces);
  });

  it("does not show or send what another person left", async () => {
    const offline = tab({
      send: async () => {
        throw new ApiError(0, "network", "");
      },
    });
    await offline.outbox.start();
    offline.outbox.add(ROOM, "secret", null);
    await idle();
    offline.outbox.stop();

    const other = tab({ userId: 2 });
    await other.outbox.start();
    await idle();
    expect(received).toEqual([]);
    expect(other.states()).toEqual([]);
    expect(await other.outbox.unsent()).toBe(0);
  });
});

describe("two tabs", () => {
  it("send each row once and show each other's", async () => {
    const first = tab();
    const second = tab();
    await first.outbox.start();
    await second.outbox.start();
    first.outbox.add(ROOM, "from the first", null);
    second.outbox.add(ROOM, "from the second", null);
    expect(first.shown.size).toBe(2);
    expect(second.shown.size).toBe(2);
    await idle();
    await idle();
    expect([...received].sort()).toEqual(["from the first", "from the second"]);
    expect(first.states()).toEqual([]);
    expect(second.states()).toEqual([]);
  });

  it("take over from each other when one goes away", async () => {
    const first = tab({
      send: async () => {
        throw new ApiError(0, "network", "");
      },
    });
    const second = tab();
    await first.outbox.start();
    first.outbox.add(ROOM, "left behind", null);
    await idle();
    first.outbox.stop();
    await second.outbox.start();
    await idle();
    expect(received).toEqual(["left behind"]);
  });
});

describe("an event that is faster than the reply", () => {
  it("ends the row, and a reply that never comes does not bring it back", async () => {
    const gate = gateOf();
    const { outbox, states } = tab({
      send: async (row) => {
        await deliver(row);
        await gate.promise;
        throw new ApiError(0, "timeout", "");
      },
    });
    await outbox.start();
    const nonce = outbox.add(ROOM, "fast", null);
    await idle();
    outbox.confirmed(nonce);
    gate.resolve();
    await idle();
    await later(60_000);
    expect(states()).toEqual([]);
    expect(await outbox.unsent()).toBe(0);
    expect(received).toEqual(["fast"]);
  });
});

/** A promise that is kept when the test says so. */
function gateOf() {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
