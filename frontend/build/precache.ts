import { createHash } from "node:crypto";
import type { Plugin } from "vite";

/** Stands in `src/sw/sw.ts`; becomes the list of files that the shell needs offline. */
const MARK = "__PARLOR_PRECACHE__";
const SHELL = /^assets\/.*\.(js|css)$|^assets\/inter-(latin|cyrillic)-wght-normal.*\.woff2$/;

/** Gives the service worker the names of the build's hashed files, and a name for the build. */
export function precache(): Plugin {
  return {
    name: "parlor:precache",
    apply: "build",
    // After Vite has written index.html and dropped the empty chunks.
    enforce: "post",
    generateBundle(_options, bundle) {
      const worker = bundle["sw.js"];
      if (worker?.type !== "chunk") this.error("the build has no sw.js");
      const files = Object.keys(bundle)
        .filter((name) => SHELL.test(name))
        .sort();
      const html = bundle["index.html"];
      const build = createHash("sha256")
        .update(files.join("\n"))
        .update(html?.type === "asset" ? html.source : "")
        .digest("hex")
        .slice(0, 12);
      const list = JSON.stringify({ build, files: files.map((name) => `/${name}`) });
      if (!worker.code.includes(MARK)) this.error(`src/sw/sw.ts does not mention ${MARK}`);
      worker.code = worker.code.replaceAll(MARK, () => list);
    },
  };
}
