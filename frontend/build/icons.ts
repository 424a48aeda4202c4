import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";

const LIST = join(
  dirname(createRequire(import.meta.url).resolve("lucide-react/package.json")),
  "dist/esm/lucide-react.mjs",
);
const EXPORTS = /^export \{([^}]+)\} from '\.\/icons\/([\w-]+)\.mjs';$/gm;
const IMPORT = /^import \{([^}]+)\} from "lucide-react";$/gm;
/** Where the icons themselves are. */
const ICONS = "/lucide-react/dist/esm/icons/";
/** Stands in for lucide's way of making one, which carries much that is not used here. */
const MAKER = fileURLToPath(new URL("../src/lib/lucide-icon.ts", import.meta.url));
/** What an icon's file says and that one does not use: its names, and keys for a list that never changes. */
const UNUSED = /\n {2}name: "[^"]*",|\n {2}size: 24,|, key: "[^"]*"|\n__iconData\.node;/g;

/**
 * Turns `import { Search } from "lucide-react"` into the import of that one icon. The list of all
 * icons is then no module of the build: a file's imports say which icons it takes (which is what
 * `chunks.ts` goes by), and two thousand modules less are read. Of an icon it keeps what is drawn.
 */
export function icons(): Plugin {
  let files: Map<string, string> | null = null;
  return {
    name: "parlor:icons",
    apply: "build",
    enforce: "pre",
    resolveId(source, importer) {
      return importer?.includes(ICONS) && source === "../createLucideIcon.mjs" ? MAKER : null;
    },
    transform(code, id) {
      if (id.includes(ICONS)) return { code: code.replace(UNUSED, ""), map: null };
      if (!/\.tsx?$/.test(id) || !code.includes('from "lucide-react"')) return null;
      files ??= filesOf(readFileSync(LIST, "utf8"));
      const known = files;
      const direct = code.replace(IMPORT, (_, names: string) =>
        names
          .split(",")
          .map((name) => name.trim())
          .filter((name) => name !== "" && !name.startsWith("type "))
          .map((name) => {
            const file = known.get(name) ?? this.error(`lucide-react has no ${name}`);
            return `import ${name} from "lucide-react/icons/${file}";`;
          })
          .join(" "),
      );
      return { code: direct, map: null };
    },
  };
}

/** The file of every icon, by every name it has. */
function filesOf(list: string): Map<string, string> {
  const files = new Map<string, string>();
  for (const [, names = "", file = ""] of list.matchAll(EXPORTS)) {
    for (const name of names.split(",")) files.set(name.replace("default as", "").trim(), file);
  }
  return files;
}
