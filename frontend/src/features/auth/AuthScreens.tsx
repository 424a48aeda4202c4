import { lazy, useEffect } from "react";
import { useBrowserLocation, useSearch } from "wouter/use-browser-location";
import { t, withTexts } from "../../i18n";
import type { SignedOutReason } from "../../realtime/types";
import { safeNext, withNext } from "./next";
import { SignIn } from "./SignIn";

/** People sign up once and sign in often: only who asks for it loads the form. */
const SignUp = lazy(() => withTexts("account", import("./SignUp")));

/** What somebody without a session sees: signing in, whatever the address, or signing up. */
export function AuthScreens({ reason }: { reason: SignedOutReason }) {
  const [path, navigate] = useBrowserLocation();
  const query = useSearch();
  const isSignUp = /^\/signup\/?$/.test(path);
  const isSignIn = /^\/login\/?$/.test(path);
  const next =
    isSignUp || isSignIn ? safeNext(new URLSearchParams(query).get("next")) : here(path, query);

  useEffect(() => {
    if (!isSignUp && !isSignIn) navigate(withNext("/login/", next), { replace: true });
  }, [isSignUp, isSignIn, next, navigate]);

  if (isSignUp) return <SignUp signInHref={withNext("/login/", next)} />;
  return (
    <SignIn
      notice={reason === "none" ? null : t(`auth.signed_out.${reason}`)}
      signUpHref={withNext("/signup/", next)}
    />
  );
}

function here(path: string, query: string): string {
  return safeNext(path + query);
}
