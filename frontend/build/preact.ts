import { fileURLToPath } from "node:url";

/** What is used of React, on Preact. */
const REACT = fileURLToPath(new URL("preact-react.ts", import.meta.url));

/**
 * Written against React, shipped with Preact: the build swaps the runtime by this alias.
 * `RUNTIME=react npm run build` keeps React; the dev server and Vitest run React unless
 * `RUNTIME=preact` says otherwise.
 */
export const PREACT = [
  { find: /^react-dom\/client$/, replacement: REACT },
  { find: /^react\/jsx-runtime$/, replacement: "preact/jsx-runtime" },
  { find: /^react\/jsx-dev-runtime$/, replacement: "preact/jsx-dev-runtime" },
  // A CommonJS stand-in for older Reacts, used by wouter: its `require` would bring all of React.
  { find: /^use-sync-external-store\/shim\/index\.js$/, replacement: REACT },
  { find: /^react$/, replacement: REACT },
];
