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
  /** Called once when it goes, by itself or by hand, also after its action ran. */
  onGone?: (() => void) | undefined;
};

const TOASTS_MAX = 3;
/** What stays, or does something by going, has no place to make for others, up to so many. */
const KEPT_MAX = 6;

let lastId = 0;

type Toasts = {
  toasts: Toast[];
  /** The open modal dialogs, the uppermost last: toasts are shown in that one. */
  dialogs: readonly symbol[];
};

export const useToasts = create<Toasts>(() => ({ toasts: [], dialogs: [] }));

/** Shows a sentence at the bottom of the screen; the same sentence is not shown twice at once. */
export function toast(
  text: string,
  options: Partial<Pick<Toast, "tone" | "action" | "sticky" | "onGone">> = {},
): number {
  lastId += 1;
  const next: Toast = { id: lastId, text, tone: options.tone ?? "note", ...options };
  // Two that do something are two, whatever they say.
  const isSame = (other: Toast) => other.text === text && !other.onGone;
  const others = useToasts.getState().toasts.filter((other) => !isSame(other));
  let surplus = others.length + 1 - TOASTS_MAX;
  const left = others.filter((other) => isKept(other) || surplus-- <= 0);
  put([...left, next].slice(-KEPT_MAX));
  return next.id;
}

const isKept = ({ tone, sticky, onGone }: Toast) => tone === "error" || sticky || onGone;

export function toastError(text: string): number {
  return toast(text, { tone: "error" });
}

export function dismissToast(id: number) {
  put(useToasts.getState().toasts.filter((other) => other.id !== id));
}

function put(toasts: Toast[]) {
  const gone = useToasts.getState().toasts.filter((toast) => !toasts.includes(toast));
  useToasts.setState({ toasts });
  for (const toast of gone) toast.onGone?.();
}
