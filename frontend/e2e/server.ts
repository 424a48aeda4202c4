import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** The binary that people get; `make build` makes it. A development build is quicker to make. */
const BINARY = resolve(
  process.env.E2E_BINARY ?? join(import.meta.dirname, "../../target/release/parlor"),
);
/** What is set for the tests themselves, or for somebody's own server, is no setting of theirs. */
const ENVIRONMENT = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !name.startsWith("PARLOR_")),
);
const START_MS_MAX = 20_000;

/** The real server as a process of its own, on a folder of its own; it can be killed and come back. */
export class Server {
  private process: ChildProcess | null = null;
  private log = "";

  private constructor(
    readonly port: number,
    private readonly folder: string,
    private readonly more: Record<string, string>,
  ) {}

  /** A server with the settings of `more` beside those that every test has. */
  static async start(more: Record<string, string> = {}): Promise<Server> {
    const server = new Server(await freePort(), mkdtempSync(join(tmpdir(), "parlor-e2e-")), more);
    await server.run();
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Where mails lie as files: no `SMTP_URL` is set. */
  get mailFolder(): string {
    return join(this.folder, "mail");
  }

  /** The path and the fragment of the link by which a fresh server is set up. */
  setUpPath(): string {
    const { pathname, hash } = new URL(readFileSync(join(this.folder, "setup-link.txt"), "utf8"));
    return pathname + hash;
  }

  /** Starts the process and waits until it answers. */
  async run(): Promise<void> {
    this.process = spawn(BINARY, ["serve"], {
      env: { ...ENVIRONMENT, ...this.settings(), RUST_LOG: "info" },
      stdio: ["ignore", "ignore", "pipe"],
    });
    this.process.stderr?.on("data", (part) => {
      this.log += part;
    });
    const deadline = Date.now() + START_MS_MAX;
    while (!(await this.answers())) {
      if (Date.now() > deadline || this.process.exitCode !== null) {
        throw new Error(`the server did not start:\n${this.log}`);
      }
      await new Promise((done) => setTimeout(done, 20));
    }
  }

  /** `SIGKILL`: nothing is finished, nothing is said. */
  async kill(): Promise<void> {
    await this.end("SIGKILL");
  }

  async stop(): Promise<void> {
    await this.end("SIGKILL");
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Runs a command of the binary on the same data, with this on its standard input. */
  async command(args: string[], input: string): Promise<void> {
    const command = spawn(BINARY, args, { env: { ...ENVIRONMENT, ...this.settings() } });
    let said = "";
    command.stderr.on("data", (part) => {
      said += part;
    });
    command.stdin.end(input);
    const code = await new Promise((done) => command.once("exit", done));
    if (code !== 0) throw new Error(`parlor ${args.join(" ")}: ${said}`);
  }

  private settings(): Record<string, string> {
    return {
      PARLOR_LISTEN: `127.0.0.1:${this.port}`,
      PARLOR_DATA_DIR: this.folder,
      PARLOR_RATE_LIMITS: "off",
      ...this.more,
    };
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const process = this.process;
    this.process = null;
    if (!process || process.exitCode !== null) return;
    const ended = new Promise((done) => process.once("exit", done));
    process.kill(signal);
    await ended;
  }

  private async answers(): Promise<boolean> {
    try {
      return (await fetch(`${this.url}/healthz`)).ok;
    } catch {
      return false;
    }
  }
}

/** A port of this machine that nothing listens on. */
export async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((done) => probe.listen(0, "127.0.0.1", done));
  const address = probe.address();
  await new Promise((done) => probe.close(done));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
