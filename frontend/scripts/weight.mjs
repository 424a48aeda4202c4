/**
 * What a screen's scripts weigh, read off the build's manifest: what the page fetches by itself, on
 * a wide screen, until a room stands there with its messages, members and all, and nothing moves any
 * more. Dynamic imports that nobody has to ask for are in it: whatever is shown was loaded first.
 * `e2e/weight.spec.ts` holds this list to what a browser fetches.
 */
import { readFileSync, statSync } from "node:fs";

const DIST = new URL("../dist/", import.meta.url);

export const KB = 1024;
/** The goals, in bytes of what the server sends by gzip. */
export const MAX = { css: 12 * KB, login: 22 * KB, room: 70 * KB, lazy: 12 * KB };

/** In the page itself, before any module. */
const THEME = "theme.js";
/** What is imported without being asked for: sources, and the files of `build/chunks.ts` by name. */
const STARTS = {
  login: ["index.html", "src/features/auth/AuthScreens.tsx"],
  room: ["index.html", "room", "src/features/members/MembersPanel.tsx"],
};
/** Modules of the room's file that are imported each for itself; some have a few bytes of their own. */
const ROOM = ["src/realtime/engine.ts", "src/app/Shell.tsx", "src/app/background.ts"];
const TEXTS = { login: ["first"], room: ["first", "rest"] };

export function readManifest() {
  return JSON.parse(readFileSync(new URL(".vite/manifest.json", DIST), "utf8"));
}

/** The files that a screen (`login`, `room`) fetches in a language. */
export function filesOf(manifest, screen, language) {
  const texts = TEXTS[screen].map((part) => `src/i18n/${language}.json?${part}`);
  const own = screen === "room" ? ROOM.filter((key) => key in manifest) : [];
  const keys = closure(manifest, [...STARTS[screen], ...own, ...texts]);
  return new Set([THEME, ...[...keys].map((key) => manifest[key].file)]);
}

/** The chunks that `keys` load by themselves: they and what they import. */
export function closure(manifest, keys) {
  const named = (name) => Object.keys(manifest).find((key) => manifest[key].name === name);
  const found = new Set(keys.map((key) => (key in manifest ? key : (named(key) ?? key))));
  for (const key of found) {
    if (!manifest[key]) throw new Error(`the build has no ${key}`);
    for (const imported of manifest[key].imports ?? []) found.add(imported);
  }
  return found;
}

/** Bytes on the wire, of a file or of several. */
export function sizeOf(...files) {
  return files.reduce((sum, file) => sum + bytesOf(file), 0);
}

function bytesOf(file) {
  const url = new URL(file, DIST);
  try {
    return statSync(new URL(`${url.href}.gz`)).size;
  } catch {
    // Too small to be worth compressing: it is sent as it is.
    return statSync(url).size;
  }
}
