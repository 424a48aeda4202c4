import { beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError } from "../api/error";
import { Socket, type SocketOptions, type Wire } from "./socket";
import { FakeClock, settled } from "./testing/fake-clock";
import { me } from "./testing/fixtures";
import type { Connection } from "./types";

class FakeWire implements Wire {
  onopen: Wire["onopen"] = null;
  onmessage: Wire["onmessage"] = null;
  onclose: Wire["onclose"] = null;
  readonly sent: Record<string, unknown>[] = [];
  closedWith: number | null = null;

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }

  close(code?: number): void {
    this.closedWith = code ?? 1005;
  }

  open(): void {
    this.onopen?.(new Event("open"));
  }

  say(frame: object): void {
    this.onmessage?.(new MessageEvent("message", { data: JSON.stringify(frame) }));
  }

  lose(code: number): void {
    this.onclose?.({ code } as CloseEvent);
  }

  ready(): void {
    this.open();
    this.say({
      type: "ready",
      session_id: 1,
      profile: me(),
      server_name: "Parlor",
      epoch: "e",
      heartbeat_s: 20,
      rooms: [],
    });
    this.say({ type: "caught_up" });
  }
}

let clock: FakeClock;
let wires: FakeWire[];
let connection: Connection;
let random: number;
let token: ReturnType<typeof vi.fn<() => Promise<string>>>;
let renew: ReturnType<typeof vi.fn<() => Promise<unknown>>>;
let expiresAt: number;
let onSignedOut: ReturnType<typeof vi.fn<SocketOptions["onSignedOut"]>>;
let onUnknownFrame: ReturnType<typeof vi.fn<() => void>>;
let events: string[];
let socket: Socket;

beforeEach(() => {
  clock = new FakeClock();
  wires = [];
  events = [];
  random = 0.5;
  expiresAt = clock.now() + 3_600_000;
  token = vi.fn(async () => "token");
  renew = vi.fn(async () => {});
  onSignedOut = vi.fn();
  onUnknownFrame = vi.fn();
  socket = new Socket({
    open: () => {
      const wire = new FakeWire();
      wires.push(wire);
      return wire;
    },
    clock,
    random: () => random,
    accessToken: token,
    renew,
    expiresAt: () => expiresAt,
    resume: () => ({ epoch: "e", rooms: { "5": 120 } }),
    onEvent: (event) => events.push(event.type),
    onUnknownFrame,
    onConnection: (next) => {
      connection = next;
    },
    onSignedOut,
  });
});

function wire(): FakeWire {
  const last = wires.at(-1);
  if (!last) throw new Error("no socket was opened");
  return last;
}

async function open(): Promise<FakeWire> {
  socket.start();
  await settled();
  wire().ready();
  return wire();
}

describe("greeting", () => {
  it("says hello with the token and what is held, and is open when caught up", async () => {
    socket.start();
    await settled();
    expect(connection.phase).toBe("connecting");
    wire().open();
    expect(wire().sent).toEqual([
      { type: "hello", token: "token", resume: { epoch: "e", rooms: { "5": 120 } } },
    ]);
    wire().ready();
    expect(connection).toMatchObject({ phase: "open", wasOpen: true });
    expect(events).toEqual(["ready", "caught_up"]);
  });

  it("is given up when it takes too long", async () => {
    socket.start();
    await settled();
    wire().open();
    await clock.advance(15_000);
    expect(connection.phase).toBe("waiting");
    expect(wires[0]?.closedWith).toBe(1000);
  });
});

describe("coming back", () => {
  it("waits with full jitter, twice as long each time, at most 30 s", async () => {
    socket.start();
    const waits: number[] = [];
    for (let round = 0; round < 9; round += 1) {
      await settled();
      wire().lose(1006);
      waits.push((connection.retryAt ?? 0) - clock.now());
      await clock.advance(waits.at(-1) ?? 0);
    }
    expect(waits).toEqual([250, 500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000]);
    random = 0;
    wire().lose(1006);
    expect((connection.retryAt ?? 0) - clock.now()).toBe(0);
  });

  it("starts over after 10 s of a stable socket, not before", async () => {
    await open();
    wire().lose(1006);
    await clock.advance(250);
    wire().ready();
    await clock.advance(9_000);
    wire().lose(1006);
    expect(connection.attempt).toBe(2);
    await clock.advance(500);
    wire().ready();
    await clock.advance(10_000);
    expect(connection.attempt).toBe(0);
  });

  it("happens at once when the network is back or the page is looked at", async () => {
    await open();
    wire().lose(1006);
    expect(wires).toHaveLength(1);
    socket.wake();
    await settled();
    expect(wires).toHaveLength(2);
  });

  it("waits while the token cannot be had for lack of a network", async () => {
    token.mockRejectedValueOnce(new ApiError(0, "network", ""));
    socket.start();
    await settled();
    expect(connection.phase).toBe("waiting");
    await clock.advance(250);
    expect(wires).toHaveLength(1);
  });

  it("keeps the time since when it is not open, over all tries", async () => {
    await open();
    wire().lose(1006);
    const since = connection.since;
    await clock.advance(250);
    wire().lose(1006);
    await clock.advance(5);
    expect(connection.since).toBe(since);
  });
});

describe("close codes", () => {
  it("4003: gets a new token first", async () => {
    await open();
    wire().lose(4003);
    await clock.advance(250);
    expect(renew).toHaveBeenCalledOnce();
    expect(wires).toHaveLength(2);
  });

  it.each([
    [4500, "expired"],
    [4501, "revoked"],
    [4502, "deactivated"],
  ] as const)("%i: the session is over", async (code, reason) => {
    await open();
    wire().lose(code);
    await clock.advance(60_000);
    expect(onSignedOut).toHaveBeenCalledExactlyOnceWith(reason);
    expect(wires).toHaveLength(1);
  });

  it.each([4503, 4504, 4505, 4999])("%i: does not come back by itself", async (code) => {
    await open();
    wire().lose(code);
    await clock.advance(60_000);
    socket.wake();
    await clock.advance(1);
    expect(connection).toMatchObject({ phase: "stopped", closeCode: code });
    expect(wires).toHaveLength(1);
    socket.reconnect();
    await settled();
    expect(wires).toHaveLength(2);
  });

  it.each([1000, 1001, 1006, 1012, 4000, 4001, 4002, 4499])("%i: comes back", async (code) => {
    await open();
    wire().lose(code);
    await clock.advance(30_000);
    expect(wires.length).toBeGreaterThan(1);
    expect(onSignedOut).not.toHaveBeenCalled();
  });

  it("draining: comes back after a random part of the time", async () => {
    await open();
    wire().say({ type: "draining", after_ms: 8000 });
    await clock.advance(3_999);
    expect(wires).toHaveLength(1);
    await clock.advance(1);
    expect(wires).toHaveLength(2);
    expect(wires[0]?.closedWith).toBe(1000);
  });
});

describe("heartbeat", () => {
  it("pings every 25 s and stays with any frame as an answer", async () => {
    await open();
    await clock.advance(25_000);
    expect(wire().sent.at(-1)).toMatchObject({ type: "ping" });
    wire().say({ type: "presence.changed", user_id: 2, presence: "away" });
    await clock.advance(10_000);
    expect(connection.phase).toBe("open");
  });

  it("takes 10 s without any frame after a ping for death", async () => {
    await open();
    await clock.advance(34_999);
    expect(connection.phase).toBe("open");
    await clock.advance(1);
    expect(connection.phase).toBe("waiting");
  });

  it("asks at once for a sign of life when the page is looked at after a silence", async () => {
    await open();
    await clock.advance(11_000);
    socket.wake();
    expect(wire().sent.at(-1)).toMatchObject({ type: "ping" });
  });
});

describe("commands", () => {
  it("are answered by their id, in any order", async () => {
    await open();
    const first = socket.command("typing.start", { room_id: 1 });
    const second = socket.command("typing.stop", { room_id: 1 });
    const [a, b] = wire().sent.slice(-2);
    wire().say({ type: "reply", id: b?.id, ok: true, data: { n: 2 } });
    wire().say({ type: "reply", id: a?.id, ok: true, data: { n: 1 } });
    expect(await first).toEqual({ n: 1 });
    expect(await second).toEqual({ n: 2 });
  });

  it("reject with the server's code and what it said about trying again", async () => {
    await open();
    const asked = socket.command("read.mark", { room_id: 1, seq: 2 });
    const id = wire().sent.at(-1)?.id;
    const error = { code: "rate_limited", detail: "Slow down.", retry_after_s: 3 };
    wire().say({ type: "reply", id, ok: false, error });
    await expect(asked).rejects.toMatchObject({
      status: 429,
      code: "rate_limited",
      detail: "Slow down.",
      retryAfter: 3,
    });
  });

  it("time out after 15 s", async () => {
    await open();
    const asked = socket.command("read.mark", { room_id: 1, seq: 2 });
    const outcome = expect(asked).rejects.toMatchObject({ code: "timeout" });
    await clock.advance(15_000);
    await outcome;
  });

  it("reject when the socket is lost, and while there is none", async () => {
    await open();
    const asked = socket.command("read.mark", { room_id: 1, seq: 2 });
    wire().lose(1006);
    await expect(asked).rejects.toMatchObject({ code: "network" });
    await expect(socket.command("ping", {})).rejects.toMatchObject({ code: "network" });
  });
});

describe("the token", () => {
  it("is renewed on the open socket before it expires", async () => {
    expiresAt = clock.now() + 600_000;
    await open();
    renew.mockImplementation(async () => {
      expiresAt = clock.now() + 600_000;
      token.mockResolvedValue("fresh");
    });
    for (let second = 0; second < 541; second += 1) {
      await clock.advance(1_000);
      wire().say({ type: "room.counts", counts: {} });
    }
    expect(renew).toHaveBeenCalledOnce();
    expect(wire().sent).toContainEqual(
      expect.objectContaining({ type: "auth.renew", token: "fresh" }),
    );
    expect(wires).toHaveLength(1);
  });
});

describe("what it does not understand", () => {
  it("is counted and does no harm", async () => {
    await open();
    wire().say({ type: "confetti.thrown" });
    wire().onmessage?.(new MessageEvent("message", { data: "not json" }));
    expect(onUnknownFrame).toHaveBeenCalledTimes(2);
    expect(connection.phase).toBe("open");
  });
});

describe("stopping", () => {
  it("leaves no timer and hears nothing more", async () => {
    const old = await open();
    socket.stop();
    expect(clock.size).toBe(0);
    old.say({ type: "caught_up" });
    expect(connection.phase).toBe("idle");
    expect(old.closedWith).toBe(1000);
  });
});
