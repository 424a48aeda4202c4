/** A server with one person and one room, as far as the client can tell by REST and gateway. */
import type { Message } from "../../api/types";
import { INES, me, message, ROOM, room } from "./fixtures";

interface Command {
  type: string;
  id: string;
  [field: string]: unknown;
}

export class FakeServer {
  isDown = false;
  isSessionOver = false;
  loseAfterNextSend = false;
  refuseSends: { code: string; detail: string } | null = null;
  readonly messages: Message[] = [message(1), message(2), message(3)];
  readonly calls: string[] = [];
  readonly hellos: object[] = [];
  readonly commands: Command[] = [];
  #sockets = new Set<FakeSocket>();

  readonly fetch = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const request =
      input instanceof Request ? input : new Request(new URL(input, "http://p"), init);
    const { pathname } = new URL(request.url);
    this.calls.push(`${request.method} ${pathname}`);
    if (this.isDown) throw new TypeError("Failed to fetch");
    if (pathname === "/api/auth/logout") return new Response(null, { status: 204 });
    if (pathname === "/api/auth/refresh" && this.isSessionOver) {
      return Response.json({ code: "unauthenticated", detail: "" }, { status: 401 });
    }
    if (pathname.startsWith("/api/auth/")) {
      const expires_in = 600;
      return Response.json({ access_token: "t", token_type: "Bearer", expires_in, profile: me() });
    }
    if (request.method === "POST" && pathname.endsWith("/messages")) {
      if (this.refuseSends) return Response.json(this.refuseSends, { status: 403 });
      return Response.json(this.#store(await request.json()), { status: 201 });
    }
    return Response.json({ code: "not_found", detail: "" }, { status: 404 });
  };

  /** The constructor that the page sees as `WebSocket`. */
  get WebSocket(): typeof globalThis.WebSocket {
    const server = this;
    return class {
      constructor() {
        // biome-ignore lint/correctness/noConstructorReturn: a stand-in for the browser's class
        return server.#open();
      }
    } as unknown as typeof globalThis.WebSocket;
  }

  /** Stores a message and tells everybody. */
  say(of: Message): void {
    this.messages.push(of);
    this.tell(of);
  }

  /** Tells of a message, without regard to what was told before. */
  tell(of: Message): void {
    for (const socket of this.#sockets) {
      socket.say({ type: "message.created", room_id: ROOM, rev: of.rev, message: of });
    }
  }

  drop(code: number): void {
    for (const socket of this.#sockets) socket.lose(code);
    this.#sockets.clear();
  }

  #open(): FakeSocket {
    const socket = new FakeSocket((frame) => this.#heard(socket, frame));
    setTimeout(() => {
      if (this.isDown) {
        socket.lose(1006);
        return;
      }
      this.#sockets.add(socket);
      socket.onopen?.(new Event("open"));
    }, 0);
    return socket;
  }

  #heard(socket: FakeSocket, frame: Command): void {
    if (frame.type === "hello") {
      this.#greet(socket, frame);
      return;
    }
    this.commands.push(frame);
    const answer = this.#answer(frame);
    if (answer) socket.say({ type: "reply", id: frame.id, ...answer });
  }

  #answer(frame: Command): { ok: true; data: object } | { ok: false; error: object } | null {
    if ("room_id" in frame && frame.room_id !== ROOM) {
      return { ok: false, error: { code: "not_found", detail: "" } };
    }
    switch (frame.type) {
      case "room.enter": {
        const after = (frame.after as { rev: number } | undefined)?.rev ?? 0;
        const sync = { ...this.#changes(after), reset: frame.after === undefined };
        return { ok: true, data: { room: this.#room(), epoch: "e1", online: [1, 2], ...sync } };
      }
      case "sync": {
        const { rev } = frame.after as { rev: number };
        return { ok: true, data: { room_id: ROOM, reset: false, ...this.#changes(rev) } };
      }
      case "message.send":
        return this.#answerSend(frame as unknown as { body: string; nonce: string });
      default:
        return { ok: true, data: {} };
    }
  }

  #answerSend(frame: { body: string; nonce: string }) {
    if (this.refuseSends) return { ok: false as const, error: this.refuseSends };
    const stored = this.#store(frame);
    if (this.loseAfterNextSend) {
      this.loseAfterNextSend = false;
      this.drop(1006);
      return null;
    }
    this.tell(stored);
    return { ok: true as const, data: { message: stored } };
  }

  #greet(socket: FakeSocket, frame: Command): void {
    this.hellos.push(frame);
    const { rooms = {} } = (frame.resume ?? {}) as { rooms?: Record<string, number> };
    const ready = { session_id: 1, profile: me(), server_name: "Parlor" };
    const rest = { ...ready, epoch: "e1", heartbeat_s: 20 };
    socket.say({ type: "ready", ...rest, rooms: [this.#room()] });
    const held = rooms[String(ROOM)];
    if (held !== undefined && held < this.messages.length) {
      socket.say({ type: "sync", room_id: ROOM, reset: false, ...this.#changes(held) });
    }
    socket.say({ type: "caught_up" });
  }

  #room() {
    const unread = this.messages.filter(({ author }) => author.id !== INES.id).length;
    const membership = { role: "member", last_read_seq: 0, unread, mentions: 0, notify: "all" };
    return { ...room({ head: this.messages.length }), me: membership };
  }

  #changes(after: number) {
    const messages = this.messages.filter(({ rev }) => rev > after);
    return { from: after, to: this.messages.length, messages };
  }

  #store({ body, nonce }: { body: string; nonce: string }): Message {
    const known = this.messages.find((one) => one.nonce === nonce);
    if (known) return known;
    const stored = message(this.messages.length + 1, { author: INES, body, nonce });
    this.messages.push(stored);
    return stored;
  }
}

class FakeSocket {
  onopen: ((event: Event) => void) | null = null;
  onmessage: ((event: MessageEvent) => void) | null = null;
  onclose: ((event: CloseEvent) => void) | null = null;

  constructor(private readonly heard: (frame: Command) => void) {}

  send(text: string): void {
    this.heard(JSON.parse(text));
  }

  close(): void {}

  say(frame: object): void {
    this.onmessage?.(new MessageEvent("message", { data: JSON.stringify(frame) }));
  }

  lose(code: number): void {
    this.onclose?.({ code } as CloseEvent);
  }
}
