import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Plugin } from "vite";

const LIST = join(
  dirname(createRequire(import.meta.url).resolve("lucide-react/package.json")),
  "dist/esm/lucide-react.mjs",
);
const EXPORTS = /^export \{([^}]+)\} from '\.\/icons\/([\w-]+)\.mjs';$/gm;
const IMPORT = /^import \{([^}]+)\} from "lucide-react";$/gm;

/**
 * Turns `import { Search } from "lucide-react"` into the import of that one icon. The list of all
 * icons is then no module of the build: a file's imports say which icons it takes (which is what
 * `chunks.ts` goes by), and two thousand modules less are read.
 */
export function icons(): Plugin {
  let files: Map<string, string> | null = null;
  return {
    name: "parlor:icons",
    apply: "build",
    enforce: "pre",
    transform(code, id) {
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
