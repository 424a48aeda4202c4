import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { chromium } from "@playwright/test";
import { PASSWORD, test } from "../e2e/fixtures";
import { freePort } from "../e2e/server";
import { ms, note, percentile } from "./figures";

/** Fetched when it is asked for: 90 packages that nothing else needs. The last that runs on node 20. */
const LIGHTHOUSE = "lighthouse@12.8.2";
const RUNS = Number(process.env.RUNS ?? 5);
const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"] as const;
const METRICS = [
  "first-contentful-paint",
  "largest-contentful-paint",
  "cumulative-layout-shift",
] as const;

interface Report {
  categories: Record<string, { score: number }>;
  audits: Record<string, { numericValue: number }>;
}

for (const device of ["phone", "desktop"] as const) {
  for (const screen of ["login", "room"] as const) {
    test(`Lighthouse, ${screen}, ${device}`, async ({ person, server, launchOptions }) => {
      const ann = await person("Ann");
      const room = await ann.createRoom(`Lighthouse ${device} ${screen}`, { topic: "Far out" });
      for (let n = 1; n <= 60; n += 1) await ann.say(room, `line ${n}, and a **word** in it`);
      const path = screen === "login" ? "/login/" : `/chat/room/${room.id}/`;
      const reports: Report[] = [];
      for (let run = 1; run <= RUNS; run += 1) {
        // A browser that has never been here, but for the cookie of who signed in.
        const folder = mkdtempSync(join(tmpdir(), "parlor-lighthouse-"));
        const port = await freePort();
        const context = await chromium.launchPersistentContext(folder, {
          ...launchOptions,
          args: [...(launchOptions.args ?? []), `--remote-debugging-port=${port}`],
        });
        if (screen === "room") {
          await context.request.post(`${server.url}/api/auth/login`, {
            data: { username: ann.username, password: PASSWORD, session: "cookie" },
            headers: { origin: server.url },
          });
          const page = context.pages()[0] ?? (await context.newPage());
          await page.goto(`${server.url}/robots.txt`);
          await page.evaluate(() => localStorage.setItem("parlor.session", "1"));
        }
        const output = join(folder, "report.json");
        await promisify(execFile)("npx", [
          "--yes",
          LIGHTHOUSE,
          `${server.url}${path}`,
          `--port=${port}`,
          "--disable-storage-reset",
          "--quiet",
          "--output=json",
          `--output-path=${output}`,
          `--only-categories=${CATEGORIES.join(",")}`,
          ...(device === "desktop" ? ["--preset=desktop"] : []),
        ]);
        reports.push(JSON.parse(readFileSync(output, "utf8")));
        await context.close();
        rmSync(folder, { recursive: true, force: true });
      }
      const scores = CATEGORIES.map((name) =>
        Math.round(
          100 *
            percentile(
              reports.map((one) => one.categories[name]?.score ?? 0),
              0.5,
            ),
        ),
      );
      const [fcp, lcp, cls] = METRICS.map((name) =>
        percentile(
          reports.map((one) => one.audits[name]?.numericValue ?? Number.NaN),
          0.5,
        ),
      );
      note(
        `Lighthouse ${screen}, ${device}, median of ${RUNS}: ${CATEGORIES.join(", ")}`,
        device === "phone" && screen === "room" ? "≥ 98, 100, 100, 100" : "100, 100, 100, 100",
        scores.join(", "),
      );
      note(
        `the same: FCP, LCP, CLS`,
        "≤ 1.2 s, ≤ 1.8 s, 0",
        `${ms(fcp ?? 0)}, ${ms(lcp ?? 0)}, ${(cls ?? 0).toFixed(3)}`,
      );
    });
  }
}
