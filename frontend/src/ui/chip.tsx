import type { ReactNode } from "react";

/** A word about a person or a room, 11 px in a ring: "Staff". */
export function Chip({ children }: { children: ReactNode }) {
  return (
    <span className="inline-flex h-4 shrink-0 items-center rounded-chip px-1 text-11 font-medium text-ink-2 shadow-ring">
      {children}
    </span>
  );
}
