import { lazy, Suspense } from "react";
import { useLocation } from "wouter";
import { Sidebar } from "../features/rooms/Sidebar";
import { t, withTexts } from "../i18n";
import { loadLexer } from "../lib/lexer";
import { Announcer } from "../ui/announcer";
import { Toaster } from "../ui/toast";
import { TooltipLayer } from "../ui/tooltip";
import { PHONE, useMedia } from "../ui/use-media";
import { BottomTabs, isRoot } from "./BottomTabs";
import { GlobalKeys } from "./GlobalKeys";
import { Routes } from "./Routes";
import { useArrivals } from "./use-arrivals";
import { useBackground } from "./use-background";
import { useUpdateToast } from "./use-update-toast";
import { useView } from "./view";

const Dialogs = lazy(() =>
  withTexts("dialogs", import("./Dialogs")).then((module) => ({ default: module.Dialogs })),
);

// On its way while the socket opens; mostly here before the first message.
void loadLexer();

/** The frame of everything behind the login: sidebar and panel, or one screen at a time on a phone. */
export function Shell() {
  const [path] = useLocation();
  const isPhone = useMedia(PHONE);
  const hasDialog = useView((view) => view.dialog !== null);
  useArrivals();
  useUpdateToast();
  useBackground();

  return (
    <div className="flex h-full">
      <a href="#main" className="skip-link">
        {t("app.skip_to_content")}
      </a>
      {isPhone ? <PhoneScreen path={path} /> : <WideScreen />}
      <GlobalKeys />
      <Suspense fallback={null}>{hasDialog && <Dialogs />}</Suspense>
      <Toaster />
      <Announcer />
      <TooltipLayer />
    </div>
  );
}

function WideScreen() {
  return (
    <>
      <Sidebar />
      <div className="my-2 me-2 flex min-w-0 flex-1 flex-col overflow-clip rounded-panel bg-panel shadow-panel">
        <Routes />
      </div>
    </>
  );
}

function PhoneScreen({ path }: { path: string }) {
  return (
    <div className="flex min-w-0 flex-1 flex-col">
      <div className={path === "/" ? "min-h-0 flex-1" : "flex min-h-0 flex-1 flex-col bg-panel"}>
        {path === "/" ? <Sidebar isPhone /> : <Routes />}
      </div>
      {isRoot(path) && <BottomTabs path={path} />}
    </div>
  );
}
