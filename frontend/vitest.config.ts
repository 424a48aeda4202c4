import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { PREACT } from "./build/preact.ts";
import { texts } from "./build/texts.ts";

export default defineConfig({
  plugins: [texts(), react()],
  resolve: { alias: process.env.RUNTIME === "preact" ? PREACT : [] },
  test: {
    environment: "happy-dom",
    include: ["src/**/*.test.{ts,tsx}", "scripts/**/*.test.mjs"],
    setupFiles: ["src/test-setup.ts"],
    // Properties are tried hundreds of times, and machines may be busy.
    testTimeout: 30_000,
    restoreMocks: true,
    unstubGlobals: true,
    env: { TZ: "UTC" },
  },
});
