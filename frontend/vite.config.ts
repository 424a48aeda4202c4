import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { CHUNKS } from "./build/chunks.ts";
import { compressed } from "./build/compressed.ts";
import { icons } from "./build/icons.ts";
import { PREACT } from "./build/preact.ts";
import { precache } from "./build/precache.ts";
import { preloads } from "./build/preloads.ts";
import { texts } from "./build/texts.ts";

/** The server that `npm run dev` and `npm run preview` talk to. */
const SERVER = process.env.PARLOR_SERVER ?? "http://127.0.0.1:8000";
/** What is the server's and not the client's. */
const PROXY = {
  "/api": { target: SERVER },
  "/media": { target: SERVER },
  "/gateway": { target: SERVER, ws: true },
};

export default defineConfig(({ command }) => ({
  plugins: [texts(), icons(), react(), tailwindcss(), preloads(), precache(), compressed()],
  resolve: {
    alias: command === "build" && process.env.RUNTIME !== "react" ? PREACT : [],
  },
  server: { port: 5173, proxy: PROXY },
  preview: { port: 4173, proxy: PROXY },
  build: {
    target: ["chrome111", "firefox115", "safari16.4"],
    manifest: true,
    // Browsers that lack it load the same, one round trip later.
    modulePreload: {
      polyfill: false,
      // Nor is it worth the names of all files in the code: what a menu or a dialog imports is asked
      // for once its own code is here. The first screens have theirs asked for at once.
      resolveDependencies: (_file, dependencies, { hostId }) =>
        /\bstart-/.test(hostId) || hostId.endsWith(".html") ? dependencies : [],
    },
    // A data: URL would be a second place where the CSP has to be thought about.
    assetsInlineLimit: 0,
    // The budget script measures the compressed files themselves.
    reportCompressedSize: false,
    rollupOptions: {
      input: { app: "index.html", sw: "src/sw/sw.ts" },
      output: {
        entryFileNames: (chunk) => (chunk.name === "sw" ? "sw.js" : "assets/[name]-[hash].js"),
        codeSplitting: { groups: CHUNKS },
      },
    },
  },
}));
