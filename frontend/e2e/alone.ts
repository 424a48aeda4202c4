import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const FRONTEND = resolve(import.meta.dirname, "..");
/** What is not source, or is made anew by the build. */
const LEFT_OUT = ["node_modules", "dist", "e2e", "screens", "test-results", "playwright-report"];
const START_MS_MAX = 60_000;

/**
 * The folder of the web client by itself, copied away from the repository: whatever it needed from
 * beside it would be missing there.
 */
export class Copy {
  readonly folder = mkdtempSync(join(tmpdir(), "parlor-alone-"));
  private process: ChildProcess | null = null;

  constructor() {
    for (const name of readdirSync(FRONTEND)) {
      if (!LEFT_OUT.includes(name)) {
        cpSync(join(FRONTEND, name), join(this.folder, name), { recursive: true });
      }
    }
    symlinkSync(join(FRONTEND, "node_modules"), join(this.folder, "node_modules"));
  }

  async build(): Promise<void> {
    let said = "";
    const build = spawn("npm", ["run", "build"], { cwd: this.folder });
    for (const stream of [build.stdout, build.stderr]) {
      stream.on("data", (part) => {
        said += part;
      });
    }
    const code = await new Promise((done) => build.once("exit", done));
    if (code !== 0) throw new Error(`the build failed:\n${said}`);
  }

  /** Serves what was built on `port`, with the server's own paths from `server`. */
  async preview(port: number, server: string): Promise<void> {
    // The program itself, not `npm run preview`: what npm starts would outlive it.
    const vite = join(this.folder, "node_modules/vite/bin/vite.js");
    const args = [vite, "preview", "--host", "127.0.0.1", "--port", String(port), "--strictPort"];
    this.process = spawn(process.execPath, args, {
      cwd: this.folder,
      env: { ...process.env, PARLOR_SERVER: server },
      stdio: "ignore",
    });
    const deadline = Date.now() + START_MS_MAX;
    while (!(await answers(`http://127.0.0.1:${port}/`))) {
      if (Date.now() > deadline || this.process.exitCode !== null) {
        throw new Error("vite preview did not start");
      }
      await new Promise((done) => setTimeout(done, 50));
    }
  }

  remove(): void {
    this.process?.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}
