import { existsSync } from "node:fs";
import { defineConfig, devices } from "@playwright/test";

/** A system browser, where the machine has one: nothing is downloaded then. */
const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const PORT = Number(process.env.PARLOR_E2E_PORT ?? 8000);

/**
 * The end-to-end tests run the shipped build inside the real server.
 * `PARLOR_E2E_COMMAND` starts it (the Makefile sets it); without it a server must be running.
 */
export default defineConfig({
  testDir: "e2e",
  outputDir: "test-results",
  fullyParallel: false,
  workers: 1,
  forbidOnly: Boolean(process.env.CI),
  retries: process.env.CI ? 1 : 0,
  reporter: process.env.CI ? [["list"], ["html", { open: "never" }]] : "list",
  use: {
    baseURL: `http://127.0.0.1:${PORT}`,
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
    { name: "phone", use: { ...devices["Pixel 7"], viewport: { width: 390, height: 844 } } },
  ],
  ...(process.env.PARLOR_E2E_COMMAND
    ? {
        webServer: {
          command: process.env.PARLOR_E2E_COMMAND,
          url: `http://127.0.0.1:${PORT}/healthz`,
          reuseExistingServer: !process.env.CI,
          timeout: 60_000,
        },
      }
    : {}),
});
