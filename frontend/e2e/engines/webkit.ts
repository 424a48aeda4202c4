import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { freePort } from "../server";
import { type Engine, eventually, keyActions, WINDOW } from "./engine";

const BROWSER = "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser";
const DRIVER = "/usr/bin/WebKitWebDriver";
/** X servers of others have low numbers. */
const DISPLAYS = { from: 90, count: 400 };

/** What is missing for WebKit; null where all is there. */
export const WEBKIT_MISSING =
  [BROWSER, DRIVER, "/usr/bin/Xvfb", "/usr/bin/dbus-run-session"].find(
    (each) => !existsSync(each),
  ) ?? null;

/** WebKitGTK by its WebDriver, on a screen that nobody sees. */
export async function startWebkit(): Promise<Engine> {
  const port = await freePort();
  const display = `:${DISPLAYS.from + (port % DISPLAYS.count)}`;
  const screen = spawn("Xvfb", [display, "-screen", "0", "1400x1000x24", "-nolisten", "tcp"], {
    stdio: "ignore",
  });
  await eventually("the screen", async () =>
    existsSync(`/tmp/.X11-unix/X${display.slice(1)}`) ? true : null,
  );
  // A group of their own: the driver and the bus end with everything that they have started.
  const driver = spawn("dbus-run-session", ["--", DRIVER, `--port=${port}`], {
    env: { ...process.env, DISPLAY: display, LIBGL_ALWAYS_SOFTWARE: "1" },
    stdio: "ignore",
    detached: true,
  });
  const end = () => {
    endGroup(driver);
    screen.kill();
  };

  const call = async <T>(method: string, path: string, body?: object): Promise<T> => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      ...(body && { body: JSON.stringify(body) }),
    });
    const { value } = await answer.json();
    if (!answer.ok) throw new Error(`${method} ${path}: ${value.message || value.error}`);
    return value;
  };
  try {
    await eventually("the driver", () => call<object>("GET", "/status").catch(() => null));
    const { sessionId, capabilities } = await call<{
      sessionId: string;
      capabilities: { browserVersion: string };
    }>("POST", "/session", {
      capabilities: {
        alwaysMatch: {
          "webkitgtk:browserOptions": { binary: BROWSER, args: ["--automation"] },
        },
      },
    });
    const session = `/session/${sessionId}`;
    await call("POST", `${session}/timeouts`, { script: 300_000, pageLoad: 60_000 });
    await call("POST", `${session}/window/rect`, WINDOW);
    return {
      version: `WebKitGTK ${capabilities.browserVersion}`,
      open: (url) => call("POST", `${session}/url`, { url }),
      press: (keys) => call("POST", `${session}/actions`, { actions: keyActions(keys) }),
      async evaluate(run: unknown, arg?: unknown) {
        // The answer of a promise; what it fails with is told apart, and not waited for.
        const script = `const done = arguments[arguments.length - 1];
          Promise.resolve((${run})(arguments[0] ?? undefined)).then(
            (value) => done({ value }), (error) => done({ error: String(error?.stack ?? error) }));`;
        const { value, error } = await call<{ value: never; error?: string }>(
          "POST",
          `${session}/execute/async`,
          { script, args: [arg ?? null] },
        );
        if (error !== undefined) throw new Error(error);
        return value;
      },
      async close() {
        await call("DELETE", session).catch(() => undefined);
        end();
      },
    };
  } catch (error) {
    end();
    throw error;
  }
}

function endGroup(leader: ChildProcess): void {
  try {
    if (leader.pid) process.kill(-leader.pid);
  } catch {
    // It is gone already.
  }
}
