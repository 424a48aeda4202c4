/**
 * Writes `public/emoji/<language>.json`: the emoji of the picker, cut out of emojibase-data.
 * Part of every build; the files are not committed.
 *
 * `[[group, [[emoji, name, words, codes, tones?], …]], …]`: `group` is emojibase's key of it, `words`
 * and `codes` are separated by spaces, `tones` is 1 where the emoji comes in five skin tones. `codes` (`tada`) are
 * English in every language, because that is how they are known.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const LANGUAGES = ["en", "ru"];
/** Newer ones are boxes on most machines. */
const VERSION_MAX = 15.1;
/** Skin tones and hair by themselves. */
const COMPONENTS = 2;
const TONES = [..."🏻🏼🏽🏾🏿"];
// Made from strings: the linter's parser does not know the `v` flag yet.
const RGI = /^\p{RGI_Emoji}$/v;

/** Fully qualified: what Unicode lists, and the only form that the server takes. */
export function qualified(hexcode) {
  const points = hexcode
    .split("-")
    .map((hex) => Number.parseInt(hex, 16))
    .filter((point) => point !== 0xfe0f)
    .map((point) => String.fromCodePoint(point));
  return points
    .map((point, at) => {
      const isText = /\p{Emoji}/u.test(point) && !/\p{Emoji_Presentation}/u.test(point);
      return isText && !TONES.includes(points[at + 1]) ? `${point}\uFE0F` : point;
    })
    .join("");
}

/** The same with a skin tone wherever there can be one; `toned` of src/ui/emoji/data.ts does it too. */
export function toned(emoji, tone) {
  return emoji.replace(/(\p{Emoji_Modifier_Base})\uFE0F?/gu, `$1${tone}`);
}

/** The rows of one language, in the order of Unicode. */
export function trim(data, messages, codes) {
  const groups = new Map();
  for (const entry of [...data].sort((a, b) => (a.order ?? 0) - (b.order ?? 0))) {
    if (entry.group === undefined || entry.group === COMPONENTS || entry.version > VERSION_MAX) {
      continue;
    }
    const emoji = qualified(entry.hexcode);
    if (!RGI.test(emoji)) throw new Error(`${entry.hexcode} is no RGI emoji`);
    const words = [...new Set(entry.tags ?? [])].filter((word) => word !== entry.label).join(" ");
    const known = [codes[entry.hexcode] ?? []].flat().join(" ");
    const hasTones = entry.skins && TONES.every((tone) => RGI.test(toned(emoji, tone)));
    const row = [emoji, entry.label, words, known, ...(hasTones ? [1] : [])];
    groups.set(entry.group, [...(groups.get(entry.group) ?? []), row]);
  }
  const keys = new Map(messages.groups.map(({ order, key }) => [order, key]));
  return [...groups].sort(([a], [b]) => a - b).map(([group, rows]) => [keys.get(group), rows]);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { resolve } = createRequire(import.meta.url);
  const read = (path) => JSON.parse(readFileSync(resolve(`emojibase-data/${path}`), "utf8"));
  const folder = new URL("../public/emoji/", import.meta.url);
  mkdirSync(folder, { recursive: true });
  const codes = { ...read("en/shortcodes/emojibase.json"), ...read("en/shortcodes/github.json") };
  for (const language of LANGUAGES) {
    const made = trim(read(`${language}/data.json`), read(`${language}/messages.json`), codes);
    writeFileSync(new URL(`${language}.json`, folder), JSON.stringify(made));
  }
}
