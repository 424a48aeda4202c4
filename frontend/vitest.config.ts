import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { PREACT } from "./build/preact.ts";
import { texts } from "./build/texts.ts";

/** `RUNTIME=preact npm test` runs the same tests on the runtime that is shipped. */
const IS_PREACT = process.env.RUNTIME === "preact";
const TESTING = {
  find: /^@testing-library\/react$/,
  replacement: fileURLToPath(new URL("build/preact-testing.ts", import.meta.url)),
};

export default defineConfig({
  plugins: [texts(), react()],
  resolve: { alias: IS_PREACT ? [...PREACT, TESTING] : [] },
  test: {
    environment: "happy-dom",
    // A library that is not inlined would load React by itself, past the alias.
    ...(IS_PREACT
      ? {
          server: {
            deps: {
              inline: [/testing-library/, /lucide/, /wouter/, /zustand/],
            },
          },
        }
      : {}),
    include: ["src/**/*.test.{ts,tsx}", "scripts/**/*.test.mjs"],
    setupFiles: ["src/test-setup.ts"],
    // Properties are tried hundreds of times, and machines may be busy.
    testTimeout: 30_000,
    restoreMocks: true,
    unstubGlobals: true,
    env: { TZ: "UTC" },
  },
});
