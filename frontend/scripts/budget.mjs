/**
 * Weighs the build and exits with 1 where it is too heavy. Sizes are of the `.gz` files that the
 * server sends, in kB of 1,024 bytes; what is loaded for a screen is followed through the build's
 * manifest, static imports included.
 */
import { readFileSync, statSync } from "node:fs";

const DIST = new URL("../dist/", import.meta.url);
const KB = 1024;

/** What each of them may weigh at most, and the sources whose chunks it takes to show it. */
const TEXTS = /src\/i18n\/(en|ru)\.json\?(\w+)$/;
const LOGIN = /src\/features\/auth\/AuthScreens/;
/** What hangs on a row or a letter (menus, pickers, lists) is loaded when it is asked for, and is not in it. */
const ROOM = /src\/(app\/Shell|realtime\/engine)/;
const MAX = { css: 12 * KB, login: 22 * KB, room: 70 * KB, lazy: 12 * KB };

const manifest = JSON.parse(readFileSync(new URL(".vite/manifest.json", DIST), "utf8"));

function sizeOf(file) {
  const url = new URL(file, DIST);
  try {
    return statSync(new URL(`${url.href}.gz`)).size;
  } catch {
    // Too small to be worth compressing: it is sent as it is.
    return statSync(url).size;
  }
}

/** The chunks that `keys` load by themselves: they and what they import. */
function closure(keys) {
  const found = new Set();
  const visit = (key) => {
    if (found.has(key)) return;
    found.add(key);
    for (const imported of manifest[key].imports ?? []) visit(imported);
  };
  for (const key of keys) visit(key);
  return found;
}

/** Scripts of a set of chunks; of the languages only the heaviest, since nobody loads two. */
function weigh(keys) {
  const chunks = [...closure(keys)].map((key) => ({ key, size: sizeOf(manifest[key].file) }));
  const weights = { en: 0, ru: 0, code: 0 };
  for (const { key, size } of chunks) weights[TEXTS.exec(key)?.[1] ?? "code"] += size;
  return weights.code + Math.max(weights.en, weights.ru);
}

const entry = Object.keys(manifest).filter((key) => manifest[key].isEntry && key.endsWith(".html"));
const lazy = Object.keys(manifest).filter((key) => manifest[key].isDynamicEntry);
const texts = (part) => lazy.filter((key) => TEXTS.exec(key)?.[2] === part);
const login = [...entry, ...texts("first"), ...lazy.filter((key) => LOGIN.test(key))];
const room = [
  ...entry,
  ...texts("first"),
  ...texts("rest"),
  ...lazy.filter((key) => ROOM.test(key)),
];
const shown = closure([...login, ...room]);
const styles = new Set(Object.values(manifest).flatMap((chunk) => chunk.css ?? []));

const weights = [
  ["css, all of it", [...styles].reduce((sum, file) => sum + sizeOf(file), 0), MAX.css],
  ["js to the login", weigh(login), MAX.login],
  ["js to a room", weigh(room), MAX.room],
  ...lazy
    .filter((key) => !shown.has(key))
    .map((key) => [`lazy ${key}`, sizeOf(manifest[key].file), MAX.lazy]),
];

let isTooHeavy = false;
for (const [name, size, max] of weights) {
  const isOver = size > max;
  isTooHeavy ||= isOver;
  const kilobytes = (bytes) => (bytes / KB).toFixed(1).padStart(6);
  console.log(`${isOver ? "OVER" : "ok  "} ${kilobytes(size)} of ${kilobytes(max)} kB  ${name}`);
}
if (isTooHeavy) process.exit(1);
