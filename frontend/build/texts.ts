import { readFileSync } from "node:fs";
import type { Plugin } from "vite";
import { PARTS, partOf } from "../scripts/text-parts.mjs";

const PART = new RegExp(`/i18n/\\w+\\.json\\?(${PARTS.join("|")})$`);

/** Makes `en.json?first`, `en.json?rest`, … of `en.json`: each what is loaded at one time. */
export function texts(): Plugin {
  return {
    name: "parlor:texts",
    // Before Vite's own JSON plugin, which knows nothing of parts.
    enforce: "pre",
    load(id) {
      const part = PART.exec(id)?.[1];
      if (!part) return null;
      const path = id.replace(/\?.*$/, "");
      this.addWatchFile(path);
      const catalog: Record<string, string> = JSON.parse(readFileSync(path, "utf8"));
      const chosen = Object.entries(catalog).filter(([key]) => partOf(key) === part);
      // A string that is parsed is smaller and faster than an object that is compiled.
      const json = JSON.stringify(JSON.stringify(Object.fromEntries(chosen)));
      return { code: `export default JSON.parse(${json});`, map: null, moduleType: "js" };
    },
  };
}
