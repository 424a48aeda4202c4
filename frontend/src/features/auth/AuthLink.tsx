import type { ReactNode } from "react";
import { navigate } from "wouter/use-browser-location";

type AuthLinkProps = { href: string; className?: string; children: ReactNode };

/** A link between the screens of the login. The router, which has one too, is not loaded yet. */
export function AuthLink({ href, className = "text-link", children }: AuthLinkProps) {
  return (
    <a
      href={href}
      className={className}
      onClick={(event) => {
        // Another tab or window is the browser's business.
        if (
          event.ctrlKey ||
          event.metaKey ||
          event.altKey ||
          event.shiftKey ||
          event.button !== 0
        ) {
          return;
        }
        event.preventDefault();
        navigate(href);
      }}
    >
      {children}
    </a>
  );
}
