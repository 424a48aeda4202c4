import { lazy, Suspense, useEffect, useReducer } from "react";
import { useBrowserLocation } from "wouter/use-browser-location";
import { mailedToken, takeMailedToken } from "../../lib/mailed-link";
import { Forgot } from "./Forgot";
import { Reset } from "./Reset";
import { Verify } from "./Verify";

const ProviderBack = lazy(() =>
  import("./ProviderBack").then((module) => ({ default: module.ProviderBack })),
);

/** Once in the life of a server: nobody else loads it. */
const SetUp = lazy(() => import("./SetUp"));

/** The screens around links with a token: whoever has one needs no session, and may well have one. */
export function LinkScreens() {
  const [path] = useBrowserLocation();
  const [turn, again] = useReducer((count: number) => count + 1, 0);

  useEffect(() => {
    // Another link of the same kind, opened in the same tab, changes the fragment only.
    const take = () => takeMailedToken() && again();
    addEventListener("hashchange", take);
    return () => removeEventListener("hashchange", take);
  }, []);

  const token = mailedToken();
  if (path.startsWith("/verify-email")) return <Verify key={turn} token={token} />;
  if (path.startsWith("/reset-password")) return <Reset key={turn} token={token} />;
  if (path.startsWith("/oidc")) {
    return (
      <Suspense fallback={null}>
        <ProviderBack />
      </Suspense>
    );
  }
  if (path.startsWith("/setup")) {
    return (
      <Suspense fallback={null}>
        <SetUp key={turn} token={token} />
      </Suspense>
    );
  }
  return <Forgot />;
}
