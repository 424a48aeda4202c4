import type { ReactNode } from "react";
import { BackLink } from "./back-link";
import { useTitle } from "./title";

type PageProps = {
  title: string;
  /** No root of a phone's navigation: a way back to the list of rooms stands before the title there. */
  hasBack?: boolean;
  /** At the right end of the header. */
  action?: ReactNode;
  children: ReactNode;
};

/** A page of the panel that is no room: a header of 56 px and a body that scrolls. */
export function Page({ title, hasBack, action, children }: PageProps) {
  useTitle(title);
  return (
    <main id="main" tabIndex={-1} className="flex h-full min-h-0 flex-col outline-none">
      <header className="flex h-14 shrink-0 items-center justify-between gap-3 border-b border-line px-5">
        {hasBack && <BackLink className="-ms-4 -me-3" />}
        <h1 className="min-w-0 flex-1 truncate text-15 font-semibold tracking-title">{title}</h1>
        {action}
      </header>
      <div className="min-h-0 flex-1 overflow-y-auto">{children}</div>
    </main>
  );
}
