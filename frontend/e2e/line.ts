import { connect, createServer, type Server as Listener, type Socket } from "node:net";
import type { Server } from "./server";

/** How a connection ends: at once, in the middle of what is said next, or after a silence that nobody is told of. */
export type Break = "now" | "within" | "silence";

/** A frame is longer than this only where many messages are caught up on. */
const WITHIN_BYTES = 200;
const SILENCE_MS_MAX = 400;

type Way = { client: Socket; upstream: Socket; isGateway: boolean };

/** Stands between browsers and a server, and breaks the WebSockets that are open. */
export class Line {
  private readonly ways = new Set<Way>();

  private constructor(
    readonly port: number,
    private readonly server: Server,
    private readonly listener: Listener,
  ) {}

  static async to(server: Server, port: number): Promise<Line> {
    const listener = createServer();
    const line = new Line(port, server, listener);
    listener.on("connection", (client) => line.pass(client));
    await new Promise<void>((done) => listener.listen(port, "127.0.0.1", done));
    return line;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** How many WebSockets there are that are not about to be broken. */
  get count(): number {
    return [...this.ways].filter(({ isGateway }) => isGateway).length;
  }

  /** Breaks each WebSocket in this way; answers how many there were. `chance` is at least 0 and less than 1. */
  cut(how: Break, chance: number): number {
    const gateways = [...this.ways].filter(({ isGateway }) => isGateway);
    for (const way of gateways) {
      if (how === "now") end(way);
      else if (how === "within") endWithin(way, Math.floor(chance * WITHIN_BYTES));
      else {
        way.client.pause();
        way.upstream.pause();
        setTimeout(() => end(way), chance * SILENCE_MS_MAX);
      }
      way.isGateway = false;
    }
    return gateways.length;
  }

  async stop(): Promise<void> {
    const ended = new Promise((done) => this.listener.close(done));
    for (const way of this.ways) end(way);
    await ended;
  }

  private pass(client: Socket): void {
    const upstream = connect(this.server.port, "127.0.0.1");
    const way: Way = { client, upstream, isGateway: false };
    this.ways.add(way);
    client.once("data", (head) => {
      way.isGateway = head.toString("latin1").startsWith("GET /gateway");
    });
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      socket.on("error", () => other.destroy());
      socket.on("close", () => {
        this.ways.delete(way);
        other.destroy();
      });
      socket.pipe(other);
    }
  }
}

function end({ client, upstream }: Way): void {
  client.destroy();
  upstream.destroy();
}

/** Lets so many bytes more through to the browser, which may be half a frame, and ends it. */
function endWithin(way: Way, bytes: number): void {
  const { client, upstream } = way;
  let left = bytes;
  upstream.unpipe(client);
  upstream.on("data", (part: Buffer) => {
    if (client.destroyed) return;
    client.write(part.subarray(0, left));
    left -= part.length;
    if (left <= 0) client.end(() => end(way));
  });
  // Where nothing more is said it ends as well.
  setTimeout(() => end(way), SILENCE_MS_MAX);
}
