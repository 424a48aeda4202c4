/**
 * Checks the texts: every language has the same keys, every plural has all categories of its
 * language, and all forms of a text have the same placeholders. Exits with 1 and a list otherwise.
 */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { mayUse, partOf } from "./text-parts.mjs";

const FOLDER = new URL("../src/i18n/", import.meta.url);
const PLURAL = /^(.+)_(zero|one|two|few|many|other)$/;

/** Keys by what `t` is called with: plurals under their stem, with their forms by category. */
export function textsOf(catalog) {
  const texts = new Map();
  for (const [key, text] of Object.entries(catalog)) {
    const match = PLURAL.exec(key);
    const isPlural = match !== null && `${match[1]}_other` in catalog;
    const [stem, form] = isPlural ? [match[1], match[2]] : [key, ""];
    texts.set(stem, { ...texts.get(stem), [form]: text });
  }
  return texts;
}

/** What is wrong with `catalogs` (language → key → text), a line for each. */
export function problemsOf(catalogs, base = "en") {
  const problems = [];
  const of = Object.fromEntries(
    Object.entries(catalogs).map(([language, catalog]) => [language, textsOf(catalog)]),
  );
  for (const [language, texts] of Object.entries(of)) {
    const categories = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
    for (const key of of[base].keys()) {
      if (!texts.has(key)) problems.push(`${language}: ${key} is missing`);
    }
    for (const [key, forms] of texts) {
      const original = of[base].get(key);
      if (!original) {
        problems.push(`${language}: ${key} is not in ${base}`);
        continue;
      }
      const isPlural = "other" in forms;
      if (isPlural !== "other" in original) {
        problems.push(`${language}: ${key} is a plural in one language only`);
        continue;
      }
      const missing = isPlural ? categories.filter((category) => !(category in forms)) : [];
      for (const category of missing) problems.push(`${language}: ${key}_${category} is missing`);
      const wanted = placeholdersOf(original[isPlural ? "other" : ""]);
      for (const [form, text] of Object.entries(forms)) {
        const name = form ? `${key}_${form}` : key;
        if (text.trim() === "") problems.push(`${language}: ${name} is empty`);
        if (placeholdersOf(text) !== wanted) {
          problems.push(`${language}: ${name} has other placeholders than ${base}`);
        }
      }
    }
  }
  return problems;
}

/** Texts that a source asks for and that may not be loaded when it is shown; `file` is its path in `src/`. */
export function lateTextsOf(file, source) {
  return [...source.matchAll(/\b(?:t|rich)\(\s*["'`]([\w.]+)/g)]
    .map(([, key]) => key)
    .filter((key) => !mayUse(file, partOf(key)))
    .map((key) => `${file}: ${key} may not be loaded there (scripts/text-parts.mjs)`);
}

function placeholdersOf(text) {
  return [...new Set(text.match(/\{\{\s*\w+\s*\}\}/g)?.map((name) => name.replace(/\s/g, "")))]
    .sort()
    .join();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith(".json"));
  const catalogs = Object.fromEntries(
    files.map((name) => [
      name.replace(".json", ""),
      JSON.parse(readFileSync(new URL(name, FOLDER), "utf8")),
    ]),
  );
  const source = new URL("../src/", import.meta.url);
  const screens = readdirSync(source, { recursive: true }).filter((name) =>
    /(?<!\.test)\.tsx?$/.test(name),
  );
  const problems = [
    ...problemsOf(catalogs),
    ...screens.flatMap((name) => lateTextsOf(name, readFileSync(new URL(name, source), "utf8"))),
  ];
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exit(1);
  console.log(`${Object.keys(catalogs.en).length} texts in ${files.length} languages.`);
}
