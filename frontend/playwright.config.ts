import { existsSync } from "node:fs";
import { defineConfig, devices } from "@playwright/test";

/** A system browser, where the machine has one: nothing is downloaded then. */
const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";

/**
 * What takes minutes by itself, and is tried before a release and not at every change: `make e2e-long`.
 * Hostile texts are tried by `make security` as well, which says how many (`XSS_EACH`).
 */
const LONG = [
  "cuts",
  "engines",
  "keyboard",
  "shifts",
  "states",
  ...(process.env.XSS_EACH ? [] : ["xss"]),
];

/**
 * The end-to-end tests run the shipped build: each worker starts the real server for itself, on a
 * folder of its own, so that a test may kill it (`e2e/server.ts`). `make build` comes first.
 */
export default defineConfig({
  testDir: "e2e",
  testIgnore: process.env.E2E_LONG ? [] : LONG.map((name) => `**/${name}.spec.ts`),
  outputDir: "test-results",
  fullyParallel: false,
  // Each has a server of its own, and most of a test is waiting.
  workers: 2,
  forbidOnly: Boolean(process.env.CI),
  retries: 0,
  // For machines that do other things too: what is waited for is on the screen soon, or never.
  timeout: 90_000,
  expect: { timeout: 20_000 },
  reporter: process.env.CI ? [["list"], ["html", { open: "never" }]] : "list",
  use: {
    trace: "retain-on-failure",
    launchOptions: {
      ...(existsSync(CHROMIUM) ? { executablePath: CHROMIUM } : {}),
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--no-first-run",
      ],
    },
  },
  projects: [
    {
      name: "desktop",
      use: { ...devices["Desktop Chrome"], viewport: { width: 1280, height: 800 } },
    },
    {
      name: "phone",
      // Those that look at sizes or weights by themselves, or at what no size changes, run once.
      testMatch: /(talk|outage|features|first-page)\.spec\.ts/,
      use: { ...devices["Pixel 7"], viewport: { width: 390, height: 844 } },
    },
  ],
});
