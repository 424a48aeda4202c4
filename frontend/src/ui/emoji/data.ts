import { useEffect, useState } from "react";
import { getLocale, type Key, type Locale } from "../../i18n";

/** `[emoji, name, words, codes, comes in skin tones]`; made by scripts/emoji.mjs. */
export type Emoji = readonly [string, string, string, string, 1?];
export type Groups = readonly (readonly [group: string, emoji: readonly Emoji[]])[];

const loading = new Map<Locale, Promise<Groups>>();

/** The emoji of a language, fetched once; one that could not be had is asked for again next time. */
function loadEmoji(locale: Locale = getLocale()): Promise<Groups> {
  const known = loading.get(locale);
  if (known) return known;
  const groups = fetch(`/emoji/${locale}.json`).then((answer) => {
    if (!answer.ok) throw new Error(`emoji: ${answer.status}`);
    return answer.json() as Promise<Groups>;
  });
  groups.catch(() => loading.delete(locale));
  loading.set(locale, groups);
  return groups;
}

/** Null while they load, or are not wanted; "failed" when they could not be loaded. */
export function useEmoji(isWanted = true): Groups | "failed" | null {
  const [groups, setGroups] = useState<Groups | "failed" | null>(null);
  useEffect(() => {
    if (!isWanted) return;
    let isCurrent = true;
    loadEmoji().then(
      (loaded) => isCurrent && setGroups(loaded),
      () => isCurrent && setGroups("failed"),
    );
    return () => {
      isCurrent = false;
    };
  }, [isWanted]);
  return groups;
}

/** What a group is called. */
export function groupKey(group: string): Key {
  return `emoji.group.${group}` as Key;
}

/** Those whose name, words or codes begin with every word of the query; the nearest first. */
export function searchEmoji(groups: Groups, query: string, max = 90): Emoji[] {
  const wanted = plain(query)
    .split(/[\s_]+/u)
    .filter(Boolean);
  if (wanted.length === 0) return [];
  const whole = wanted.join("_");
  const found: { emoji: Emoji; rank: number }[] = [];
  for (const [, rows] of groups) {
    for (const emoji of rows) {
      const [, name, words, codes] = emoji;
      const known = plain(`${name} ${words} ${codes}`).split(/[\s_:-]+/u);
      if (!wanted.every((word) => known.some((other) => other.startsWith(word)))) continue;
      found.push({ emoji, rank: rankOf(whole, plain(codes).split(" "), plain(name)) });
    }
  }
  // The sort is stable: within a rank the order of Unicode stays.
  return found
    .sort((a, b) => a.rank - b.rank)
    .slice(0, max)
    .map(({ emoji }) => emoji);
}

function rankOf(whole: string, codes: readonly string[], name: string): number {
  if (codes.includes(whole)) return 0;
  if (codes.some((code) => code.startsWith(whole))) return 1;
  return name.startsWith(whole.replaceAll("_", " ")) ? 2 : 3;
}

function plain(text: string): string {
  return text.toLocaleLowerCase().replaceAll("ё", "е");
}

export const TONES = ["", "🏻", "🏼", "🏽", "🏾", "🏿"] as const;
export type Tone = (typeof TONES)[number];

/** The emoji in a skin tone, where it comes in them. */
export function toned([emoji, , , , hasTones]: Emoji, tone: Tone): string {
  if (!hasTones || tone === "") return emoji;
  return emoji.replace(/(\p{Emoji_Modifier_Base})\uFE0F?/gu, `$1${tone}`);
}
