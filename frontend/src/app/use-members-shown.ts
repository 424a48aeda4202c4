import { useState } from "react";
import { useMedia, WIDE } from "../ui/use-media";

const STORED = "parlor.members";

export type MembersShown = {
  isShown: boolean;
  isSheet: boolean;
  toggle: () => void;
  hide: () => void;
};

/** Whether the members stand beside the timeline (remembered), or lie over it as a sheet (never open by itself). */
export function useMembersShown(): MembersShown {
  const isWide = useMedia(WIDE);
  const [beside, setBeside] = useState(() => read() !== "hidden");
  const [sheet, setSheet] = useState(false);
  if (isWide) {
    const set = (next: boolean) => {
      setBeside(next);
      write(next ? "shown" : "hidden");
    };
    return { isShown: beside, isSheet: false, toggle: () => set(!beside), hide: () => set(false) };
  }
  return {
    isShown: sheet,
    isSheet: true,
    toggle: () => setSheet(!sheet),
    hide: () => setSheet(false),
  };
}

function read(): string | null {
  try {
    return localStorage.getItem(STORED);
  } catch {
    return null;
  }
}

function write(value: string) {
  try {
    localStorage.setItem(STORED, value);
  } catch {
    // Without storage the choice lasts as long as the page.
  }
}
