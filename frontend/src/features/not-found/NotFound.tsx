import { Link } from "wouter";
import { openCreateRoom } from "../../app/view";
import { t } from "../../i18n";
import { BackHead } from "../../ui/back-link";
import { Button, buttonClass } from "../../ui/button";
import { useTitle } from "../../ui/title";

type NotFoundProps = {
  createName?: string;
  /** Why the room of that name was not made. */
  problem?: string | undefined;
};

/**
 * One page for what does not exist and for what the viewer may not know of: they must look the same.
 * After an unknown room name it offers to make that room.
 */
export function NotFound({ createName, problem }: NotFoundProps) {
  useTitle(t("notfound.title"));
  return (
    <main id="main" tabIndex={-1} className="flex h-full flex-col overflow-y-auto outline-none">
      <BackHead />
      <div className="m-auto flex max-w-full flex-col items-center px-6 py-10 text-center max-md:pb-24">
        <Drawing />
        <p className="mt-10 text-13 font-semibold text-ink-3">404</p>
        <h1 className="mt-1 text-20 font-semibold tracking-title">{t("notfound.title")}</h1>
        <p className="mt-2 max-w-[24rem] text-15 text-ink-2">{t("notfound.text")}</p>
        {problem && (
          <p role="alert" className="mt-2 max-w-[24rem] text-14 text-danger-text">
            {problem}
          </p>
        )}
        <div className="mt-5 flex max-w-full flex-wrap justify-center gap-2">
          {createName && (
            <Button className="max-w-full" onClick={() => openCreateRoom(createName)}>
              <span className="truncate">{t("rooms.create_named", { name: createName })}</span>
            </Button>
          )}
          <Link href="/chat/" className={buttonClass("primary")}>
            {t("notfound.back")}
          </Link>
        </div>
      </div>
    </main>
  );
}

/** Two speech bubbles, of which one is not there. */
function Drawing() {
  return (
    <svg width="112" height="64" viewBox="0 0 112 64" fill="none" aria-hidden="true">
      <path
        d="M14 2h42a10 10 0 0 1 10 10v24a10 10 0 0 1-10 10H34L18 59v-13h-4A10 10 0 0 1 4 36V12A10 10 0 0 1 14 2Z"
        fill="var(--hover)"
        stroke="var(--line-strong)"
        strokeWidth="1.25"
        strokeDasharray="4 3"
      />
      <rect
        x="50.5"
        y="16.5"
        width="58"
        height="40"
        rx="10"
        fill="var(--panel)"
        stroke="var(--line-strong)"
      />
      <g fill="var(--ink-2)">
        <circle cx="68.5" cy="36.5" r="3" />
        <circle cx="79.5" cy="36.5" r="3" />
        <circle cx="90.5" cy="36.5" r="3" />
      </g>
    </svg>
  );
}
