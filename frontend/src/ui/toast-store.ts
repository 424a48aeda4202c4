import { create } from "zustand";

export type Toast = {
  id: number;
  text: string;
  /** Errors stay until they are dismissed. */
  tone: "note" | "error";
  /** A word and what it does: undo, reload. */
  action?: { label: string; run: () => void } | undefined;
  /** Stays until dismissed, though it is no error. */
  sticky?: boolean | undefined;
};

const TOASTS_MAX = 3;

let lastId = 0;

export const useToasts = create<{ toasts: Toast[] }>(() => ({ toasts: [] }));

/** Shows a sentence at the bottom of the screen; the same sentence is not shown twice at once. */
export function toast(
  text: string,
  options: Partial<Pick<Toast, "tone" | "action" | "sticky">> = {},
): number {
  lastId += 1;
  const next: Toast = { id: lastId, text, tone: options.tone ?? "note", ...options };
  useToasts.setState(({ toasts }) => ({
    toasts: [...toasts.filter((other) => other.text !== text), next].slice(-TOASTS_MAX),
  }));
  return next.id;
}

export function toastError(text: string): number {
  return toast(text, { tone: "error" });
}

export function dismissToast(id: number) {
  useToasts.setState(({ toasts }) => ({ toasts: toasts.filter((other) => other.id !== id) }));
}
