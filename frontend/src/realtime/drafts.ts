/**
 * What is being written, per person and room: kept through reloads and shared between tabs.
 *
 * A draft is one object with its destination, so a text can never end up in another room than the
 * one it was written for. It is saved 250 ms after the last key press and on `pagehide`.
 */
import { announce, listen } from "./tabs";

export interface Draft {
  userId: number;
  roomId: number;
  text: string;
  /** The message it answers. */
  replyTo: number | null;
  savedAt: number;
}

const PREFIX = "parlor.draft.";
const SAVE_AFTER_MS = 250;

const drafts = new Map<string, Draft>();
const unsaved = new Set<string>();
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setTimeout> | undefined;
let snapshot: ReadonlyMap<string, Draft> = new Map();

/** The draft of a room; null when there is none. */
export function getDraft(userId: number, roomId: number): Draft | null {
  const key = keyOf(userId, roomId);
  const held = drafts.get(key);
  if (held) return held.text ? held : null;
  const draft = read(key);
  if (draft) drafts.set(key, draft);
  return draft;
}

/** Keeps what is in the composer now; an empty text is no draft. Call on each key press. */
export function setDraft(
  userId: number,
  roomId: number,
  text: string,
  replyTo: number | null = null,
): void {
  const key = keyOf(userId, roomId);
  const before = drafts.get(key);
  drafts.set(key, { userId, roomId, text, replyTo, savedAt: Date.now() });
  unsaved.add(key);
  clearTimeout(timer);
  timer = setTimeout(saveDrafts, SAVE_AFTER_MS);
  // The list of rooms shows a pencil: it cares that there is a draft, not for each letter.
  if (Boolean(before?.text) !== Boolean(text)) changed();
}

/** Writes what was not written yet; called by the timer and when the page goes away. */
export function saveDrafts(): void {
  clearTimeout(timer);
  if (unsaved.size === 0) return;
  for (const key of unsaved) {
    const draft = drafts.get(key);
    if (!draft) continue;
    write(key, draft);
    announce({ type: "draft", draft });
  }
  unsaved.clear();
  changed();
}

/** Every draft of every room, by {@link draftKey}; the same object while nothing changed. */
export function getDrafts(): ReadonlyMap<string, Draft> {
  return snapshot;
}

export function subscribeDrafts(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The key of a room's draft in {@link getDrafts}. */
export function draftKey(userId: number, roomId: number): string {
  return keyOf(userId, roomId);
}

/** Forgets the drafts of a person who signs out. */
export function forgetDrafts(userId: number): void {
  const prefix = `${PREFIX}${userId}.`;
  for (const key of [...drafts.keys(), ...storedKeys()]) {
    if (!key.startsWith(prefix)) continue;
    drafts.delete(key);
    unsaved.delete(key);
    try {
      localStorage.removeItem(key);
    } catch {
      // Nothing was stored then.
    }
  }
  changed();
}

/** Reads what earlier visits left, and follows the other tabs. Call once a person is known. */
export function startDrafts(userId: number): () => void {
  const prefix = `${PREFIX}${userId}.`;
  for (const key of storedKeys()) {
    const draft = key.startsWith(prefix) && !drafts.has(key) ? read(key) : null;
    if (draft) drafts.set(key, draft);
  }
  changed();
  const stop = listen((note) => {
    if (note.type !== "draft") return;
    const key = keyOf(note.draft.userId, note.draft.roomId);
    // What is being typed here and is not saved yet is newer than what another tab saved.
    if (unsaved.has(key)) return;
    drafts.set(key, note.draft);
    changed();
  });
  addEventListener("pagehide", saveDrafts);
  return () => {
    removeEventListener("pagehide", saveDrafts);
    saveDrafts();
    stop();
  };
}

function keyOf(userId: number, roomId: number): string {
  return `${PREFIX}${userId}.${roomId}`;
}

function changed(): void {
  snapshot = new Map([...drafts].filter(([, draft]) => draft.text !== ""));
  for (const listener of listeners) listener();
}

function storedKeys(): string[] {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
  } catch {
    return [];
  }
}

function read(key: string): Draft | null {
  try {
    const draft = JSON.parse(localStorage.getItem(key) ?? "null") as Draft | null;
    // A value of another version, or of another hand, is no draft; nor is one under a wrong key.
    if (!draft || typeof draft.text !== "string" || draft.text === "") return null;
    return keyOf(draft.userId, draft.roomId) === key ? draft : null;
  } catch {
    return null;
  }
}

function write(key: string, draft: Draft): void {
  try {
    if (draft.text === "") localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify(draft));
  } catch {
    // A full or forbidden storage: the draft lives as long as the page.
  }
}
