import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { PREACT } from "./build/preact.ts";

export default defineConfig({
  plugins: [react()],
  resolve: { alias: process.env.RUNTIME === "preact" ? PREACT : [] },
  test: {
    environment: "happy-dom",
    include: ["src/**/*.test.{ts,tsx}", "scripts/**/*.test.mjs"],
    setupFiles: ["src/test-setup.ts"],
    restoreMocks: true,
    unstubGlobals: true,
    env: { TZ: "UTC" },
  },
});
