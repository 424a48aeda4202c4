import type { ReactNode } from "react";

/** One key of the keyboard. */
export function Kbd({ children }: { children: ReactNode }) {
  return (
    <kbd className="inline-flex h-[1.125rem] min-w-[1.125rem] items-center justify-center rounded-chip px-1 font-sans text-11 font-medium text-ink-2 shadow-ring">
      {children}
    </kbd>
  );
}
