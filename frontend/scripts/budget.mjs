/**
 * Weighs the build and exits with 1 where it is too heavy. Sizes are of the `.gz` files that the
 * server sends, in kB of 1,024 bytes; of the languages the heavier one counts, since nobody loads
 * two.
 */
import { closure, filesOf, KB, MAX, readManifest, sizeOf } from "./weight.mjs";

const LANGUAGES = ["en", "ru"];
const manifest = readManifest();
const heaviest = (screen) =>
  Math.max(...LANGUAGES.map((language) => sizeOf(...filesOf(manifest, screen, language))));

const shown = new Set(
  ["login", "room"].flatMap((screen) =>
    LANGUAGES.flatMap((language) => [...filesOf(manifest, screen, language)]),
  ),
);
const styles = new Set(Object.values(manifest).flatMap((chunk) => chunk.css ?? []));
const lazy = Object.keys(manifest).filter(
  (key) => manifest[key].isDynamicEntry && !shown.has(manifest[key].file),
);

const weights = [
  ["css, all of it", sizeOf(...styles), MAX.css],
  ["js to the login", heaviest("login"), MAX.login],
  ["js to a room", heaviest("room"), MAX.room],
  // With what else has to be fetched before it runs; another screen is one that it was opened from.
  ...lazy.map((key) => {
    const needed = [...closure(manifest, [key])].filter(
      (each) => each === key || !manifest[each].isDynamicEntry,
    );
    const files = needed.map((each) => manifest[each].file).filter((file) => !shown.has(file));
    return [`lazy ${key}`, sizeOf(...files), MAX.lazy];
  }),
];

let isTooHeavy = false;
for (const [name, size, max] of weights) {
  const isOver = size > max;
  isTooHeavy ||= isOver;
  const kilobytes = (bytes) => (bytes / KB).toFixed(1).padStart(6);
  console.log(`${isOver ? "OVER" : "ok  "} ${kilobytes(size)} of ${kilobytes(max)} kB  ${name}`);
}
if (isTooHeavy) process.exit(1);
