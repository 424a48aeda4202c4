import { ChevronLeft } from "lucide-react";
import { Link } from "wouter";
import { t } from "../i18n";
import { cx } from "../lib/cx";

/** A phone's way back to the list of rooms, before the title of whatever is on the screen. */
export function BackLink({ className }: { className?: string }) {
  return (
    <Link
      href="/"
      aria-label={t("common.back")}
      className={cx(
        "flex size-11 shrink-0 items-center justify-center rounded-control md:hidden",
        className,
      )}
    >
      <ChevronLeft aria-hidden="true" className="size-6" />
    </Link>
  );
}

/** The head of a phone's screen whose title stands below it: the way back alone. */
export function BackHead() {
  return (
    <header className="flex h-14 shrink-0 items-center px-1 md:hidden">
      <BackLink />
    </header>
  );
}
