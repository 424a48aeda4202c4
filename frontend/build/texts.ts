import { readFileSync } from "node:fs";
import type { Plugin } from "vite";
import { isFirst } from "../scripts/first-texts.mjs";

const PART = /\/i18n\/\w+\.json\?(first|rest)$/;

/** Makes `en.json?first` and `en.json?rest` of `en.json`: what the login needs, and everything else. */
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
      const chosen = Object.entries(catalog).filter(([key]) => isFirst(key) === (part === "first"));
      // A string that is parsed is smaller and faster than an object that is compiled.
      const json = JSON.stringify(JSON.stringify(Object.fromEntries(chosen)));
      return { code: `export default JSON.parse(${json});`, map: null, moduleType: "js" };
    },
  };
}
