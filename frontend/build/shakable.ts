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
      if (MARKED.test(path)) return { code: lexerOf(code, (why) => this.error(why)), map: null };
      const line = LINES.find(({ file }) => file.test(path));
      if (!line) return null;
      if (!code.includes(line.whole)) this.error(`${id} no longer says ${line.whole}`);
      return { code: code.replace(line.whole, line.byName), map: null };
    },
  };
}

const MARKED = /\/marked\/lib\/marked\.esm\.js$/;

/**
 * marked comes in one piece whose end puts its parts together, which keeps them all. Only the lexer
 * is used here: without that end the parser, the renderer and the rest fall away.
 */
function lexerOf(code: string, fail: (why: string) => never): string {
  const end = /var \w+=new \w+;function (\w+)\(\w+,\w+\)\{return \w+\.parse\(/.exec(code);
  const exported = /\b(\w+) as Lexer\b/.exec(code.slice(code.lastIndexOf("export{")));
  if (!end || !exported) return fail("marked no longer ends as build/shakable.ts expects");
  return `${code.slice(0, end.index)}export{${exported[1]} as Lexer};`;
}
