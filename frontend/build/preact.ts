import { fileURLToPath } from "node:url";

/** With a leak mended. */
const CLIENT = fileURLToPath(new URL("preact-client.ts", import.meta.url));

/**
 * Written against React, shipped with Preact: the build swaps the runtime by this alias.
 * `RUNTIME=react npm run build` keeps React; the dev server and Vitest run React unless
 * `RUNTIME=preact` says otherwise.
 */
export const PREACT = [
  { find: /^react-dom\/test-utils$/, replacement: "preact/test-utils" },
  { find: /^react-dom\/client$/, replacement: CLIENT },
  { find: /^react-dom$/, replacement: "preact/compat" },
  { find: /^react\/jsx-runtime$/, replacement: "preact/jsx-runtime" },
  { find: /^react\/jsx-dev-runtime$/, replacement: "preact/jsx-dev-runtime" },
  // A CommonJS stand-in for React 17, used by wouter: its `require` would bring all of React.
  { find: /^use-sync-external-store\/shim\/index\.js$/, replacement: "preact/compat" },
  { find: /^react$/, replacement: "preact/compat" },
];
