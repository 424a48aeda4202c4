import { lazy, Suspense } from "react";
import { useLocale } from "../i18n";
import { useStore } from "../realtime/store";
import { ErrorBoundary } from "./ErrorBoundary";

const AuthScreens = lazy(() =>
  import("../features/auth/AuthScreens").then((module) => ({ default: module.AuthScreens })),
);
const Shell = lazy(() => import("./Shell").then((module) => ({ default: module.Shell })));

/** The root: signing in or the shell. Until that is known it draws nothing, and index.html's outline stays. */
export function App() {
  const session = useStore((state) => state.session);
  // Texts are read while rendering: another language renders everything anew.
  const locale = useLocale();
  if (session.status === "booting") return null;
  return (
    <ErrorBoundary key={locale}>
      <Suspense fallback={null}>
        {session.status === "signed_in" ? <Shell /> : <AuthScreens reason={session.reason} />}
      </Suspense>
    </ErrorBoundary>
  );
}
