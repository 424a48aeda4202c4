import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { connect, createServer, type Server as Listener, type Socket } from "node:net";
import { freePort, Server } from "./server";

/** Where `docker/services postgres` says that it is. */
const POSTGRES = process.env.PARLOR_TEST_POSTGRES;

/** Why there can be no cluster here; null where there can. */
export const MISSING = POSTGRES
  ? null
  : "no cluster without Postgres and Redis: docker/services postgres redis chromium -- npm --prefix frontend run e2e";

/** Passes connections on to the first of some nodes that takes them, as a balancer with a preference does. */
export class Balancer {
  private readonly open = new Set<Socket>();

  private constructor(
    readonly port: number,
    private readonly nodes: readonly Server[],
    private readonly listener: Listener,
  ) {}

  static async start(port: number, nodes: readonly Server[]): Promise<Balancer> {
    const listener = createServer();
    const balancer = new Balancer(port, nodes, listener);
    listener.on("connection", (client) => balancer.pass(client, 0));
    await new Promise<void>((done) => listener.listen(port, "127.0.0.1", done));
    return balancer;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Breaks every connection that is open, in the middle of whatever was being said. */
  cut(): void {
    for (const socket of this.open) socket.destroy();
  }

  async stop(): Promise<void> {
    const ended = new Promise((done) => this.listener.close(done));
    this.cut();
    await ended;
  }

  private pass(client: Socket, at: number): void {
    const node = this.nodes[at];
    if (!node) {
      client.destroy();
      return;
    }
    const upstream = connect(node.port, "127.0.0.1");
    upstream.once("error", () => this.pass(client, at + 1));
    upstream.once("connect", () => {
      upstream.removeAllListeners("error");
      for (const [socket, other] of [
        [client, upstream],
        [upstream, client],
      ] as const) {
        this.open.add(socket);
        socket.on("error", () => other.destroy());
        socket.on("close", () => {
          this.open.delete(socket);
          other.destroy();
        });
        socket.pipe(other);
      }
    });
  }
}

/** Two nodes on one Postgres and one Redis, and a way to each of them that leads to the other when it is gone. */
export class Cluster {
  private constructor(
    readonly nodes: readonly [Server, Server],
    readonly ways: readonly [Balancer, Balancer],
    private readonly redis: ChildProcess,
  ) {}

  static async start(): Promise<Cluster> {
    if (!POSTGRES) throw new Error(MISSING ?? "");
    const name = `e2e_${randomUUID().replaceAll("-", "")}`;
    execFileSync("psql", [POSTGRES, "--quiet", "--command", `create database ${name}`]);
    const database = new URL(POSTGRES);
    database.pathname = name;
    const redisPort = await freePort();
    const args = ["--port", String(redisPort), "--bind", "127.0.0.1", "--save", ""];
    const redis = spawn("redis-server", [...args, "--appendonly", "no"], { stdio: "ignore" });
    const ports = [await freePort(), await freePort()] as const;
    const settings = {
      DATABASE_URL: database.href,
      REDIS_URL: `redis://127.0.0.1:${redisPort}`,
      PARLOR_ALLOWED_ORIGINS: ports.map((port) => `http://127.0.0.1:${port}`).join(","),
      PARLOR_METRICS_LISTEN: "off",
    };
    const [a, b] = [await Server.start(settings), await Server.start(settings)];
    const ways = [await Balancer.start(ports[0], [a, b]), await Balancer.start(ports[1], [b, a])];
    return new Cluster([a, b], ways as [Balancer, Balancer], redis);
  }

  async stop(): Promise<void> {
    for (const way of this.ways) await way.stop();
    for (const node of this.nodes) await node.stop();
    this.redis.kill();
  }
}
