import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";

/**
 * Ways in which libraries take hold of the whole of React, so that nothing of it can be left out,
 * and how to say the same by name. The versions are pinned; a new one that says it differently
 * stops the build, and its line here is then looked at again.
 */
const LINES = [
  {
    file: /\/zustand\/esm\/react\.mjs$/,
    whole: "import React from 'react';",
    byName: "import * as React from 'react';",
  },
  {
    file: /\/wouter\/src\/react-deps\.js$/,
    whole: 'React["useInsertion" + "Effect"]',
    byName: "React.useInsertionEffect",
  },
];

/** Stands in for lucide's, which carries much that is not used here. */
const ICON = fileURLToPath(new URL("../src/lib/lucide-icon.ts", import.meta.url));

/** Rewrites these lines, so that the build keeps what is used and no more. */
export function shakable(): Plugin {
  return {
    name: "parlor:shakable",
    apply: "build",
    enforce: "pre",
    resolveId(source, importer) {
      const isIcon = importer?.includes("/lucide-react/dist/esm/icons/");
      return isIcon && source === "../createLucideIcon.mjs" ? ICON : null;
    },
    transform(code, id) {
      const path = id.replace(/\?.*$/, "");
      const line = LINES.find(({ file }) => file.test(path));
      if (!line) return null;
      if (!code.includes(line.whole)) this.error(`${id} no longer says ${line.whole}`);
      return { code: code.replace(line.whole, line.byName), map: null };
    },
  };
}
