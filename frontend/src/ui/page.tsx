import type { ReactNode } from "react";
import { useTitle } from "./title";

type PageProps = {
  title: string;
  /** At the right end of the header. */
  action?: ReactNode;
  children: ReactNode;
};

/** A page of the panel that is no room: a header of 56 px and a body that scrolls. */
export function Page({ title, action, children }: PageProps) {
  useTitle(title);
  return (
    <main id="main" tabIndex={-1} className="flex h-full min-h-0 flex-col outline-none">
      <header className="flex h-14 shrink-0 items-center justify-between gap-3 border-b border-line px-5">
        <h1 className="truncate text-15 font-semibold tracking-title">{title}</h1>
        {action}
      </header>
      <div className="min-h-0 flex-1 overflow-y-auto">{children}</div>
    </main>
  );
}
