import "fake-indexeddb/auto";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Message } from "../api/types";
import type * as Store from "./store";
import { FakeServer } from "./testing/fake-server";
import { message, ROOM } from "./testing/fixtures";

/** The store is one per page: each test gets a page of its own. */
let store: typeof Store;
let server: FakeServer;

beforeEach(async () => {
  server = new FakeServer();
  vi.stubGlobal("fetch", server.fetch);
  vi.stubGlobal("WebSocket", server.WebSocket);
  // Pages of earlier tests are not other tabs of this one.
  vi.stubGlobal("BroadcastChannel", undefined);
  await newPage();
});

afterEach(async () => {
  await store.signOut({ discardUnsent: true });
  localStorage.clear();
});

async function newPage(): Promise<void> {
  vi.resetModules();
  store = await import("./store");
}

const state = () => store.getState();
const until = (check: () => void) => vi.waitFor(check, { timeout: 5_000, interval: 5 });
const rows = () => state().windows[ROOM]?.rows.map((row) => row.body);

async function signedIn(): Promise<void> {
  await store.boot();
  await store.signIn({ username: "ines", password: "secret" });
  await until(() => expect(state().connection.phase).toBe("open"));
}

async function inRoom(): Promise<void> {
  await signedIn();
  store.openRoom(ROOM);
  await until(() => expect(state().windows[ROOM]?.isLoaded).toBe(true));
}

describe("starting", () => {
  it("of a new visitor ends at the login, without asking the server", async () => {
    await store.boot();
    expect(state().session).toEqual({ status: "signed_out", reason: "none" });
    expect(server.calls).toEqual([]);
  });

  it("brings back who was here by the cookie", async () => {
    await signedIn();
    await newPage();
    await store.boot();
    expect(state().session).toMatchObject({ status: "signed_in", me: { username: "ines" } });
    await until(() => expect(state().roomsLoaded).toBe(true));
  });

  it("with a session that is over ends at the login", async () => {
    await signedIn();
    server.isSessionOver = true;
    await newPage();
    await store.boot();
    expect(state().session.status).toBe("signed_out");
  });

  it("without a network and a last visit waits, and signs nobody out", async () => {
    localStorage.setItem("parlor.session", "1");
    server.isDown = true;
    const booted = store.boot();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(state().session.status).toBe("booting");
    server.isDown = false;
    dispatchEvent(new Event("online"));
    await booted;
    expect(state().session.status).toBe("signed_in");
  });

  it("without a network shows the last visit", async () => {
    await inRoom();
    dispatchEvent(new Event("pagehide"));
    await new Promise((resolve) => setTimeout(resolve, 50));
    server.isDown = true;
    await newPage();
    await store.boot();
    expect(state().session).toMatchObject({ status: "signed_in", me: { username: "ines" } });
    expect(rows()).toEqual(["message 1", "message 2", "message 3"]);
    expect(state().windows[ROOM]?.isCached).toBe(true);
    server.isDown = false;
    store.reconnect();
    await until(() => expect(state().connection.phase).toBe("open"));
    expect(state().windows[ROOM]?.isCached).toBe(false);
  });
});

describe("a room", () => {
  it("shows its newest page, then what comes", async () => {
    await inRoom();
    expect(rows()).toEqual(["message 1", "message 2", "message 3"]);
    const arrived: Message[] = [];
    store.onArrived((one) => arrived.push(one));
    server.say(message(4, { body: "live" }));
    await until(() => expect(rows()?.at(-1)).toBe("live"));
    expect(arrived.map(({ body }) => body)).toEqual(["live"]);
  });

  it("asks for what it missed, once for many events", async () => {
    await inRoom();
    for (let seq = 4; seq <= 9; seq += 1) server.messages.push(message(seq));
    for (let seq = 7; seq <= 9; seq += 1) server.tell(message(seq));
    await until(() => expect(rows()).toHaveLength(9));
    expect(server.commands.filter(({ type }) => type === "sync")).toHaveLength(1);
  });

  it("is up to date after a loss, though nothing was live meanwhile", async () => {
    await inRoom();
    server.drop(1006);
    await until(() => expect(state().connection.phase).toBe("waiting"));
    server.messages.push(message(4, { body: "missed" }));
    store.reconnect();
    await until(() => expect(rows()?.at(-1)).toBe("missed"));
    expect(server.hellos.at(-1)).toMatchObject({ resume: { rooms: { [ROOM]: 3 } } });
  });

  it("that may not be known of says so", async () => {
    await signedIn();
    store.openRoom(77);
    await until(() => expect(state().windows[77]?.failed?.code).toBe("not_found"));
  });

  it("is marked as read at once here, and soon on the server", async () => {
    await inRoom();
    store.markRead(ROOM, 3);
    expect(state().rooms[ROOM]?.me).toMatchObject({ last_read_seq: 3, unread: 0 });
    await until(() =>
      expect(server.commands).toContainEqual(
        expect.objectContaining({ type: "read.mark", room_id: ROOM, seq: 3 }),
      ),
    );
  });
});

describe("sending", () => {
  it("shows the message at once and stores it once", async () => {
    await inRoom();
    const nonce = store.send(ROOM, "hello");
    expect(state().outbox[ROOM]?.map(({ body }) => body)).toEqual(["hello"]);
    await until(() => expect(state().outbox[ROOM]).toEqual([]));
    const mine = state().windows[ROOM]?.rows.filter((row) => row.nonce === nonce);
    expect(mine).toHaveLength(1);
    expect(server.messages.filter((one) => one.nonce === nonce)).toHaveLength(1);
  });

  it("survives a loss between the message and its reply", async () => {
    await inRoom();
    server.loseAfterNextSend = true;
    store.send(ROOM, "once");
    await until(() => expect(server.messages.at(-1)?.body).toBe("once"));
    store.reconnect();
    await until(() => expect(state().outbox[ROOM]).toEqual([]));
    expect(rows()?.filter((body) => body === "once")).toHaveLength(1);
    expect(server.messages.filter(({ body }) => body === "once")).toHaveLength(1);
  });

  it("of what is refused keeps the words for another try", async () => {
    await inRoom();
    server.refuseSends = { code: "muted", detail: "You are muted here." };
    const nonce = store.send(ROOM, "no");
    await until(() => expect(state().outbox[ROOM]?.[0]?.status).toBe("failed"));
    expect(state().outbox[ROOM]?.[0]?.error?.detail).toBe("You are muted here.");
    expect(store.editFailed(nonce)).toBe("no");
    expect(state().outbox[ROOM]).toEqual([]);
  });
});

describe("signing out", () => {
  it("asks before it throws unsent messages away", async () => {
    await inRoom();
    server.isDown = true;
    server.drop(1006);
    store.send(ROOM, "unsent");
    await until(async () => expect(await store.signOut()).toEqual({ done: false, unsent: 1 }));
    expect(state().session.status).toBe("signed_in");
    expect(await store.signOut({ discardUnsent: true })).toEqual({ done: true, unsent: 0 });
    expect(state()).toMatchObject({ session: { status: "signed_out" }, rooms: {}, outbox: {} });
    expect(localStorage.getItem("parlor.session")).toBeNull();
  });

  it("by the server is told with its reason", async () => {
    await signedIn();
    server.drop(4501);
    expect(state().session).toEqual({ status: "signed_out", reason: "revoked" });
  });
});
