import { TONES, type Tone } from "./data";

const RECENT = "parlor.emoji";
const TONE = "parlor.emoji.tone";
/** Two rows of the picker. */
const RECENT_MAX = 18;
/** What everybody reaches for, until they have reached for something. */
const USUAL = ["👍", "❤️", "🎉", "😂", "👀", "🙏"];

/** Emoji used last on this device, topped up with the usual ones. */
export function recentEmoji(max: number): string[] {
  return [...new Set([...stored(), ...USUAL])].slice(0, max);
}

/**
 * Remembers that an emoji was used. Those that stand on the toolbar keep their places: a button
 * that moves after each press is not found again.
 */
export function rememberEmoji(emoji: string) {
  const before = recentEmoji(RECENT_MAX);
  if (before.slice(0, 3).includes(emoji) && stored().length > 0) return;
  write(
    RECENT,
    JSON.stringify([emoji, ...before.filter((other) => other !== emoji)].slice(0, RECENT_MAX)),
  );
}

export function skinTone(): Tone {
  const held = read(TONE);
  return TONES.find((tone) => tone === held) ?? "";
}

export function setSkinTone(tone: Tone) {
  write(TONE, tone);
}

function stored(): string[] {
  try {
    const list: unknown = JSON.parse(read(RECENT) ?? "[]");
    return Array.isArray(list) ? list.filter((one) => typeof one === "string") : [];
  } catch {
    return [];
  }
}

function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function write(key: string, value: string) {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Without storage nothing is remembered.
  }
}
