/**
 * Texts: `t(key, params)` over i18next JSON v4 files (flat keys, `{{name}}` placeholders, plurals by
 * the suffixes `_zero _one _two _few _many _other`). Keys are typed from `en.json`.
 *
 * A catalogue is loaded apart, so nobody loads a language that they do not read, and in parts
 * (`../../scripts/text-parts.mjs`), so nobody loads more for a screen than it shows: `bootLocale`
 * chooses a language and loads the first part before the first paint, `loadTexts` adds another,
 * `withTexts` adds the one of a screen with its code, `setLocale` changes the language. Never concatenate texts: where a name or a link stands inside
 * a sentence, use `rich`.
 */
import { createElement, Fragment, type ReactNode, useSyncExternalStore } from "react";
import type en from "./en.json";

export const LOCALES = ["en", "ru"] as const;
export type Locale = (typeof LOCALES)[number];

/** What each language calls itself, for the chooser. */
export const LOCALE_NAMES: Record<Locale, string> = { en: "English", ru: "Русский" };

type Suffix = "zero" | "one" | "two" | "few" | "many" | "other";
/** A key with a suffix is a plural where `_other` exists; `connection.too_many` is just a name. */
type Base<K> = K extends `${infer Stem}_${Suffix}`
  ? `${Stem}_other` extends keyof typeof en
    ? Stem
    : K
  : K;
/** Every key of `en.json`, plurals without their suffix. */
export type Key = Base<keyof typeof en>;
type Params = Record<string, string | number>;
type Catalog = Record<string, string>;

const STORED = "parlor.locale";
/** What a tag without a region formats as: plain `en` would give twelve-hour times. */
const DEFAULT_TAGS: Record<Locale, string> = { en: "en-GB", ru: "ru-RU" };

const catalogs: Partial<Record<Locale, Catalog>> = {};
/** Parts of catalogues by `${locale} ${part}`, loaded or on the way. */
const parts = new Map<string, Promise<void>>();
const wanted = new Set<Part>(["first"]);
const listeners = new Set<() => void>();
let locale: Locale = "en";
/** The language asked for last: the one that is shown once its texts are here. */
let chosen: Locale = locale;
let tag = DEFAULT_TAGS.en;
let plural = new Intl.PluralRules("en");
let number = new Intl.NumberFormat(tag);

/** The text of `key` in the chosen language; `params.count` chooses the plural. */
export function t(key: Key, params?: Params): string {
  const text = template(key, params);
  if (!params) return text;
  return text.replace(PLACEHOLDER, (whole, name: string) => {
    const value = params[name];
    return value === undefined ? whole : shown(value);
  });
}

/** As {@link t}, with elements for some of the placeholders: `rich("x", { name: <b>Ines</b> })`. */
export function rich(key: Key, params: Record<string, ReactNode>): ReactNode {
  const count = params.count;
  const text = template(key, typeof count === "number" ? { count } : undefined);
  // `split` with a group gives text and names in turn.
  return text.split(PLACEHOLDER).map((part, index) => {
    if (index % 2 === 0) return part;
    const value = params[part];
    if (typeof value === "number") return shown(value);
    return createElement(Fragment, { key: index }, value);
  });
}

/** Whether `key` has a text: for keys that are made of the server's codes (`errors.${code}`). */
export function hasText(key: string): key is Key {
  return catalogs[locale]?.[key] !== undefined || catalogs.en?.[key] !== undefined;
}

export function getLocale(): Locale {
  return locale;
}

/** The full tag for `Intl` (`en-GB`, `ru-RU`, …): the person's own region where it is known. */
export function formatTag(): string {
  return tag;
}

/** Renders again when the language changes; answers the language. */
export function useLocale(): Locale {
  return useSyncExternalStore(subscribe, getLocale, getLocale);
}

/** Calls `listener` after each change of language; answers the way to stop. */
export function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Loads the catalogue and switches to it; remembered on this device unless `remember` is false. */
export async function setLocale(next: Locale, remember = true): Promise<void> {
  chosen = next;
  if (remember) {
    try {
      localStorage.setItem(STORED, next);
    } catch {
      // Without storage the choice lasts as long as the page.
    }
  }
  await load(next);
  if (chosen === next) use(next);
}

/** Chooses by what was chosen before, else by the browser's languages, and loads the texts. */
export async function bootLocale(): Promise<void> {
  await setLocale(stored() ?? preferred(navigator.languages), false);
}

/** Loads a part of the texts, in this language and every later one. */
export async function loadTexts(part: Part): Promise<void> {
  wanted.add(part);
  await load(chosen);
}

/** A screen with the part of the texts that it needs: `lazy(() => withTexts("settings", import(…)))`. */
export async function withTexts<T>(part: Part, screen: Promise<T>): Promise<T> {
  const [loaded] = await Promise.all([screen, loadTexts(part)]);
  return loaded;
}

/** Gives texts of a language without loading them; the tests do this for the whole of English. */
function addCatalog(of: Locale, catalog: Catalog): void {
  catalogs[of] = { ...catalogs[of], ...catalog };
  if (of === locale) use(of);
}

const PLACEHOLDER = /\{\{\s*(\w+)\s*\}\}/g;

/** What is loaded at one time; which texts are in it: `../../scripts/text-parts.mjs`. */
export type Part =
  | "first"
  | "rest"
  | "account"
  | "rooms"
  | "menu"
  | "admin"
  | "search"
  | "notify"
  | "dialogs"
  | "pages"
  | "message"
  | "emoji"
  | "files"
  | "settings";

const LOADERS: Record<Locale, Record<Part, () => Promise<{ default: Catalog }>>> = {
  en: {
    first: () => import("./en.json?first"),
    rest: () => import("./en.json?rest"),
    account: () => import("./en.json?account"),
    rooms: () => import("./en.json?rooms"),
    menu: () => import("./en.json?menu"),
    admin: () => import("./en.json?admin"),
    search: () => import("./en.json?search"),
    notify: () => import("./en.json?notify"),
    dialogs: () => import("./en.json?dialogs"),
    pages: () => import("./en.json?pages"),
    message: () => import("./en.json?message"),
    emoji: () => import("./en.json?emoji"),
    files: () => import("./en.json?files"),
    settings: () => import("./en.json?settings"),
  },
  ru: {
    first: () => import("./ru.json?first"),
    rest: () => import("./ru.json?rest"),
    account: () => import("./ru.json?account"),
    rooms: () => import("./ru.json?rooms"),
    menu: () => import("./ru.json?menu"),
    admin: () => import("./ru.json?admin"),
    search: () => import("./ru.json?search"),
    notify: () => import("./ru.json?notify"),
    dialogs: () => import("./ru.json?dialogs"),
    pages: () => import("./ru.json?pages"),
    message: () => import("./ru.json?message"),
    emoji: () => import("./ru.json?emoji"),
    files: () => import("./ru.json?files"),
    settings: () => import("./ru.json?settings"),
  },
};

async function load(of: Locale): Promise<void> {
  await Promise.all(
    [...wanted].map((part) => {
      const key = `${of} ${part}`;
      const loading =
        parts.get(key) ?? LOADERS[of][part]().then((module) => addCatalog(of, module.default));
      parts.set(key, loading);
      // A part that could not be had is asked for again the next time.
      return loading.catch((error: unknown) => {
        parts.delete(key);
        throw error;
      });
    }),
  );
}

function template(key: Key, params?: Params): string {
  const texts = catalogs[locale] ?? catalogs.en ?? {};
  if (typeof params?.count === "number") {
    const text = texts[`${key}_${plural.select(params.count)}`] ?? texts[`${key}_other`];
    if (text !== undefined) return text;
  }
  return texts[key] ?? key;
}

function shown(value: string | number): string {
  return typeof value === "number" ? number.format(value) : value;
}

function use(next: Locale): void {
  locale = next;
  tag = tagOf(next, typeof navigator === "undefined" ? [] : navigator.languages);
  plural = new Intl.PluralRules(next);
  number = new Intl.NumberFormat(tag);
  if (typeof document !== "undefined") document.documentElement.lang = next;
  for (const listener of listeners) listener();
}

function stored(): Locale | null {
  try {
    const value = localStorage.getItem(STORED);
    return LOCALES.find((known) => known === value) ?? null;
  } catch {
    return null;
  }
}

/** The first of the person's languages that there are texts in; English if there is none. */
export function preferred(languages: readonly string[]): Locale {
  for (const language of languages) {
    const base = language.toLowerCase().split("-")[0];
    const known = LOCALES.find((candidate) => candidate === base);
    if (known) return known;
  }
  return "en";
}

/** The person's own tag with a region for a language, else the language's default one. */
export function tagOf(of: Locale, languages: readonly string[]): string {
  const own = languages.find((language) => language.toLowerCase().startsWith(`${of}-`));
  return own ?? DEFAULT_TAGS[of];
}
