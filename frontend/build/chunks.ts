import { fileURLToPath } from "node:url";

interface Graph {
  getModuleInfo(id: string): { importedIds: readonly string[] } | null;
}

const source = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** The modules that the first screens begin with. */
const START = ["src/main.tsx"].map(source);
const LOGIN = ["src/features/auth/AuthScreens.tsx"].map(source);
const ROOM = [
  "src/app/Shell.tsx",
  "src/app/background.ts",
  "src/realtime/engine.ts",
  // What the members need as well: a file of its own would weigh more than what is in it.
  "src/app/whisper-to.ts",
  "src/realtime/may.ts",
].map(source);

/**
 * Names the files that the code of the first screens goes into: one for what every visit needs, one
 * for the rooms. Left to itself the bundler makes a file of each handful of modules that some later
 * screen shares with these, twenty in all, which compress worse by 5 kB than the two do. What no first screen needs stays where it puts it.
 */
function firstChunks(): (id: string, graph: Graph) => string | null {
  let sets: Record<"start" | "login" | "room", Set<string>> | null = null;
  return (id, graph) => {
    sets ??= {
      start: importedBy(START, graph),
      login: importedBy(LOGIN, graph),
      room: importedBy(ROOM, graph),
    };
    // The entry itself is named in index.html: it stays a file of its own, and so does its CSS.
    if (START.includes(id) || id.endsWith(".css")) return null;
    if (sets.start.has(id) || (sets.room.has(id) && sets.login.has(id))) return "start";
    return sets.room.has(id) ? "room" : null;
  };
}

/** In the order in which they choose their modules. */
export const CHUNKS = [
  {
    name: firstChunks(),
    debugName: "first screens",
    priority: 2,
    includeDependenciesRecursively: false,
  },
  {
    /** What the login shares with forms that come later. */
    name: "forms",
    priority: 1,
    test: /\/src\/(ui\/(field|form-alert|use-form|password-field|checkbox)|features\/auth\/(AuthLayout|AuthLink|LanguageLinks|limits))\./,
  },
];

/** Modules, and whatever they import without waiting for anything. */
function importedBy(modules: string[], graph: Graph): Set<string> {
  const found = new Set(modules);
  // A set that grows while it is walked is walked to its end.
  for (const id of found) {
    for (const imported of graph.getModuleInfo(id)?.importedIds ?? []) found.add(imported);
  }
  return found;
}
