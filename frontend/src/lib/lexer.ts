/**
 * marked's lexer, in a chunk of its own: a room is shown before it is here. Until then texts are
 * shown as they were typed, in paragraphs and lines, which is what most of them look like anyway.
 */
import type { Token } from "marked";
import { useSyncExternalStore } from "react";

export type Lex = (text: string) => Token[];

const OPTIONS = { gfm: true, breaks: true } as const;

let lex: Lex | null = null;
let loading: Promise<void> | null = null;
const listeners = new Set<() => void>();

/** Loads it, once; one that could not be had is asked for again by the next call. */
export function loadLexer(): Promise<void> {
  loading ??= import("marked").then(
    ({ Lexer }) => {
      lex = (text) => new Lexer(OPTIONS).lex(text);
      for (const listener of listeners) listener();
    },
    () => {
      loading = null;
    },
  );
  return loading;
}

/** Null until it is loaded. */
export function getLexer(): Lex | null {
  return lex;
}

/** The same; renders again when it is here. */
export function useLexer(): Lex | null {
  return useSyncExternalStore(subscribe, getLexer, getLexer);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
