import { useSyncExternalStore } from "react";
import { announce, listen } from "../realtime/tabs";

/** Light, dark, or as the system has it. `public/theme.js` sets it before the first paint. */
export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

const STORED = "parlor.theme";
const listeners = new Set<() => void>();

function getTheme(): Theme {
  return THEMES.find((theme) => theme === document.documentElement.dataset.theme) ?? "system";
}

/** Switches the theme here and in the other tabs, and remembers it on this device. */
export function setTheme(theme: Theme) {
  apply(theme);
  try {
    localStorage.setItem(STORED, theme);
  } catch {
    // Without storage the choice lasts as long as the page.
  }
  announce({ type: "theme", theme });
}

export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, getTheme, getTheme);
}

/** Follows what is chosen in other tabs; answers the way to stop. */
export function followTheme(): () => void {
  return listen((note) => {
    if (note.type === "theme") apply(THEMES.find((theme) => theme === note.theme) ?? "system");
  });
}

function apply(theme: Theme) {
  document.documentElement.dataset.theme = theme;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
