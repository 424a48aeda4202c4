import { Compass, MessageCircle, User, Users } from "lucide-react";
import { Link } from "wouter";
import { type Key, t } from "../i18n";
import { cx } from "../lib/cx";

const TABS: readonly { path: string; label: Key; icon: typeof User }[] = [
  { path: "/", label: "nav.chats", icon: MessageCircle },
  { path: "/chat/", label: "nav.browse_short", icon: Compass },
  { path: "/profiles/", label: "nav.people", icon: Users },
  { path: "/settings/", label: "nav.you", icon: User },
];

/** The phone's navigation, 60 px. */
export function BottomTabs({ path }: { path: string }) {
  return (
    <nav
      aria-label={t("nav.main")}
      className="grid shrink-0 grid-cols-4 border-t border-line bg-panel pb-[env(safe-area-inset-bottom)]"
    >
      {TABS.map(({ path: href, label, icon: Icon }) => {
        const current = isSame(href, path);
        return (
          <Link
            key={href}
            href={href}
            aria-current={current ? "page" : undefined}
            className={cx(
              "flex h-15 min-w-0 flex-col items-center justify-center gap-1 text-11 font-medium focus-visible:-outline-offset-4",
              current ? "text-accent-text" : "text-ink-2",
            )}
          >
            <Icon aria-hidden="true" className="size-[1.375rem]" />
            <span className="max-w-full truncate px-1">{t(label)}</span>
          </Link>
        );
      })}
    </nav>
  );
}

function isSame(a: string, b: string): boolean {
  // The sections of the settings are all below one tab.
  const root = (path: string) => path.replace(/^(\/settings)\/.*|\/$/, "$1");
  return root(a) === root(b);
}
