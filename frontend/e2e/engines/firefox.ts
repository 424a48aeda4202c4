import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../server";
import { type Engine, eventually, keyActions, WINDOW } from "./engine";

const BROWSER = process.env.FIREFOX ?? "/usr/bin/firefox-esr";

/** What is missing for Firefox; null where all is there. */
export const FIREFOX_MISSING = !existsSync(BROWSER)
  ? BROWSER
  : typeof WebSocket === "undefined"
    ? "NODE_OPTIONS=--experimental-websocket, which node 20 wants"
    : null;

type Answer = { id?: number; type: string; result?: never; error?: string; message?: string };

/**
 * Firefox by WebDriver BiDi. Playwright speaks it too, and asks for commands that Debian's Firefox
 * (153) does not know yet (`emulation.setMediaFeaturesOverride`).
 */
export async function startFirefox(): Promise<Engine> {
  const port = await freePort();
  const profile = mkdtempSync(join(tmpdir(), "parlor-firefox-"));
  const args = ["--headless", "--profile", profile, "--remote-debugging-port", String(port)];
  const browser = spawn(BROWSER, args, { stdio: "ignore" });
  const end = async () => {
    const ended = new Promise((done) => browser.once("exit", done));
    browser.kill();
    await ended;
    rmSync(profile, { recursive: true, force: true });
  };
  try {
    const call = await connect(`ws://127.0.0.1:${port}/session`);
    const { capabilities } = await call<{ capabilities: { browserVersion: string } }>(
      "session.new",
      { capabilities: {} },
    );
    const { contexts } = await call<{ contexts: { context: string }[] }>(
      "browsingContext.getTree",
      {},
    );
    const context = contexts[0]?.context;
    await call("browsingContext.setViewport", { context, viewport: WINDOW });
    return {
      version: `Firefox ${capabilities.browserVersion}`,
      async open(url) {
        await call("browsingContext.navigate", { context, url, wait: "complete" });
      },
      async press(keys) {
        await call("input.performActions", { context, actions: keyActions(keys) });
      },
      async evaluate(run: unknown, arg?: unknown) {
        const answer = await call<{
          type: string;
          result: { value: string };
          exceptionDetails: { text: string };
        }>("script.callFunction", {
          functionDeclaration: `async (arg) => JSON.stringify((await (${run})(JSON.parse(arg) ?? undefined)) ?? null)`,
          arguments: [{ type: "string", value: JSON.stringify(arg ?? null) }],
          target: { context },
          awaitPromise: true,
        });
        if (answer.type === "exception") throw new Error(answer.exceptionDetails.text);
        return JSON.parse(answer.result.value);
      },
      close: end,
    };
  } catch (error) {
    await end();
    throw error;
  }
}

/** A way to send commands, each of which is answered. */
async function connect(url: string) {
  const socket = await eventually(
    "Firefox",
    () =>
      new Promise<WebSocket | null>((done) => {
        const attempt = new WebSocket(url);
        attempt.onopen = () => done(attempt);
        attempt.onerror = () => done(null);
      }),
  );
  const waiting = new Map<number, (answer: Answer) => void>();
  socket.onmessage = ({ data }) => {
    const answer: Answer = JSON.parse(data);
    waiting.get(answer.id ?? 0)?.(answer);
  };
  let last = 0;
  return async <T>(method: string, params: object): Promise<T> => {
    last += 1;
    const id = last;
    const answer = await new Promise<Answer>((done) => {
      waiting.set(id, done);
      socket.send(JSON.stringify({ id, method, params }));
    });
    waiting.delete(id);
    if (answer.type === "error") throw new Error(`${method}: ${answer.error} ${answer.message}`);
    return answer.result as T;
  };
}
