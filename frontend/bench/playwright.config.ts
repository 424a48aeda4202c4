import { devices } from "@playwright/test";
import base from "../playwright.config.ts";

/** `make bench-web`: one thing at a time, and nothing recorded that would take time itself. */
export default {
  ...base,
  testDir: ".",
  outputDir: "../test-results",
  workers: 1,
  timeout: 1_200_000,
  use: { ...base.use, trace: "off" as const },
  projects: [
    {
      name: "bench",
      use: { ...devices["Desktop Chrome"], viewport: { width: 1280, height: 800 } },
    },
  ],
};
