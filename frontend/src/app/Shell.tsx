import { lazy, Suspense } from "react";
import { useLocation } from "wouter";
import { Sidebar } from "../features/rooms/Sidebar";
import { t, withTexts } from "../i18n";
import { cx } from "../lib/cx";
import { Announcer } from "../ui/announcer";
import { LazyTooltip } from "../ui/lazy-tooltip";
import { useToasts } from "../ui/toast-store";
import { PHONE, useMedia } from "../ui/use-media";
import { ErrorBoundary } from "./ErrorBoundary";
import { GlobalKeys } from "./GlobalKeys";
import { Routes } from "./Routes";
import { useArrivals } from "./use-arrivals";
import { useBackground } from "./use-background";
import { useView } from "./view";

const BottomTabs = lazy(() =>
  import("./BottomTabs").then((module) => ({ default: module.BottomTabs })),
);
const Dialogs = lazy(() =>
  withTexts("dialogs", import("./Dialogs")).then((module) => ({ default: module.Dialogs })),
);

// A room is shown without any. `later.ts` has it loaded before the first is likely.
const Toaster = lazy(() => import("../ui/toast").then((module) => ({ default: module.Toaster })));
const NotifyBar = lazy(() => withTexts("notify", import("./notify/NotifyBar")));

/** The frame of everything behind the login: sidebar and panel, or one screen at a time on a phone. */
export function Shell() {
  const [path] = useLocation();
  const isPhone = useMedia(PHONE);
  const hasDialog = useView((view) => view.dialog !== null);
  const hasToasts = useToasts(({ toasts }) => toasts.length > 0);
  useArrivals();
  useBackground();

  return (
    <div className="flex h-full">
      <a href="#main" className="skip-link">
        {t("app.skip_to_content")}
      </a>
      {isPhone ? <PhoneScreen path={path} /> : <WideScreen path={path} />}
      <GlobalKeys />
      <Suspense fallback={null}>{hasDialog && <Dialogs />}</Suspense>
      <Suspense fallback={null}>{hasToasts && <Toaster />}</Suspense>
      <Announcer />
      <LazyTooltip />
    </div>
  );
}

function AskToNotify() {
  const isAsking = useView((view) => view.isAskingToNotify);
  return <Suspense fallback={null}>{isAsking && <NotifyBar />}</Suspense>;
}

function WideScreen({ path }: { path: string }) {
  return (
    <>
      <Sidebar />
      <div className="my-2 me-2 flex min-w-0 flex-1 flex-col overflow-clip rounded-panel bg-panel shadow-panel">
        <AskToNotify />
        <ErrorBoundary path={path}>
          <Routes />
        </ErrorBoundary>
      </div>
    </>
  );
}

/** The four screens that the phone's bottom tabs lead to, and stand under. */
const ROOTS = /^\/(((chat|profiles)\/?|settings(\/.*)?))?$/;

function PhoneScreen({ path }: { path: string }) {
  return (
    <div className="flex min-w-0 flex-1 flex-col">
      <div className={cx("flex min-h-0 flex-1 flex-col", path !== "/" && "bg-panel")}>
        <AskToNotify />
        {path === "/" ? (
          <Sidebar isPhone />
        ) : (
          <ErrorBoundary path={path}>
            <Routes />
          </ErrorBoundary>
        )}
      </div>
      {ROOTS.test(path) && (
        <Suspense fallback={<div className="h-15 shrink-0 border-t border-line bg-panel" />}>
          <BottomTabs path={path} />
        </Suspense>
      )}
    </div>
  );
}
