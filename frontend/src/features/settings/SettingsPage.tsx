import { lazy, Suspense } from "react";
import { Link } from "wouter";
import { type Key, t, withTexts } from "../../i18n";
import { cx } from "../../lib/cx";
import { selectMe } from "../../realtime/selectors";
import { useStore } from "../../realtime/store";
import { buttonClass } from "../../ui/button";
import { Page } from "../../ui/page";
import { AppearanceSection } from "./AppearanceSection";
import { LanguageSection } from "./LanguageSection";
import { ProfileSection } from "./ProfileSection";
import { SectionSkeleton } from "./SectionSkeleton";
import { SignOutButton } from "./SignOutButton";

const AccountSection = lazy(() =>
  import("./AccountSection").then((module) => ({ default: module.AccountSection })),
);
const SecuritySection = lazy(() =>
  import("./SecuritySection").then((module) => ({ default: module.SecuritySection })),
);
const TokensSection = lazy(() =>
  import("./TokensSection").then((module) => ({ default: module.TokensSection })),
);
const RoomsSection = lazy(() => withTexts("rooms", import("./RoomsSection")));
const BlockedSection = lazy(() => withTexts("rooms", import("./BlockedSection")));
const NotifySection = lazy(() => withTexts("notify", import("./NotifySection")));
const KeyboardSection = lazy(() =>
  withTexts("dialogs", import("./KeyboardSection")).then((module) => ({
    default: module.KeyboardSection,
  })),
);

const SECTIONS = [
  { name: "profile", label: "settings.profile", component: ProfileSection },
  { name: "account", label: "settings.account", component: AccountSection },
  { name: "security", label: "settings.security", component: SecuritySection },
  { name: "tokens", label: "settings.tokens", component: TokensSection },
  { name: "notifications", label: "settings.notifications", component: NotifySection },
  { name: "rooms", label: "settings.rooms", component: RoomsSection },
  { name: "blocked", label: "settings.blocked", component: BlockedSection },
  { name: "appearance", label: "settings.appearance", component: AppearanceSection },
  { name: "language", label: "settings.language", component: LanguageSection },
  { name: "keyboard", label: "settings.keyboard", component: KeyboardSection },
] as const satisfies readonly { name: string; label: Key; component: React.ComponentType }[];

/** One's own things: sections to the left, the chosen one beside; an unknown name shows the first. */
export function SettingsPage({ section }: { section?: string | undefined }) {
  const current = SECTIONS.find((each) => each.name === section) ?? SECTIONS[0];
  const Section = current.component;
  const isStaff = useStore((state) => selectMe(state)?.is_staff ?? false);
  return (
    <Page title={t("settings.title")}>
      <div className="flex gap-8 p-3 max-md:flex-col max-md:gap-2">
        <nav aria-label={t("settings.title")} className="w-44 shrink-0 max-md:w-full">
          <ul className="flex flex-col gap-px max-md:flex-row max-md:overflow-x-auto">
            {SECTIONS.map(({ name, label }) => (
              <li key={name}>
                <Link
                  href={`/settings/${name}/`}
                  aria-current={name === current.name ? "page" : undefined}
                  // On a phone they stand in a row that is wider than the screen.
                  ref={(link: HTMLAnchorElement | null) => {
                    if (name === current.name) link?.scrollIntoView?.({ block: "nearest" });
                  }}
                  className={cx(
                    "flex h-8 items-center rounded-control px-2.5 text-14 whitespace-nowrap max-md:h-11",
                    name === current.name
                      ? "bg-active font-medium text-ink"
                      : "text-ink-2 hover:bg-hover",
                  )}
                >
                  {t(label)}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
        <div className="min-w-0 max-w-130 flex-1 px-2 py-2.5">
          <Suspense fallback={<SectionSkeleton />}>
            <Section />
          </Suspense>
          <div className="mt-8 flex flex-wrap gap-2 md:hidden">
            {isStaff && (
              <Link href="/admin/" className={buttonClass()}>
                {t("nav.admin")}
              </Link>
            )}
            <SignOutButton />
          </div>
        </div>
      </div>
    </Page>
  );
}
