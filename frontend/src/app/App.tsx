import { lazy, Suspense } from "react";
import { useBrowserLocation } from "wouter/use-browser-location";
import { useLocale, withTexts } from "../i18n";
import { isMailedPath } from "../lib/mailed-link";
import { useStore } from "../realtime/store";
import { ErrorBoundary } from "./ErrorBoundary";

const AuthScreens = lazy(() =>
  import("../features/auth/AuthScreens").then((module) => ({ default: module.AuthScreens })),
);
const LinkScreens = lazy(() =>
  withTexts("account", import("../features/auth/LinkScreens")).then((module) => ({
    default: module.LinkScreens,
  })),
);
const Shell = lazy(() => import("./Shell").then((module) => ({ default: module.Shell })));

/** The root: signing in or the shell. Until that is known it draws nothing, and index.html's outline stays. */
export function App() {
  const session = useStore((state) => state.session);
  const [path] = useBrowserLocation();
  // Texts are read while rendering: another language renders everything anew.
  const locale = useLocale();
  const isMailed = isMailedPath(path);
  if (session.status === "booting" && !isMailed) return null;
  return (
    <ErrorBoundary key={locale}>
      <Suspense fallback={null}>
        {isMailed ? (
          <LinkScreens />
        ) : session.status === "signed_in" ? (
          <Shell />
        ) : (
          <AuthScreens reason={session.status === "signed_out" ? session.reason : "none"} />
        )}
      </Suspense>
    </ErrorBoundary>
  );
}
