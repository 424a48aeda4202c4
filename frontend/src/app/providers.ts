/**
 * Signing in by a provider of OpenID Connect. What is kept until the browser comes back is in this tab
 * alone (`sessionStorage`): another tab, and another browser, can't finish what this one began.
 */
import type { ProviderRef } from "../api/types";
import { safeNext } from "../features/auth/next";

const KEPT = "parlor.oidc";

/** What is kept meanwhile. */
export interface Kept {
  ticket: string;
  /** What people call the provider. */
  label: string;
  /** Where to go on afterwards. */
  next: string;
  /** It is connected with the account of whoever is signed in. */
  connects: boolean;
}

/** Leaves for the provider's page. */
export function leave(
  begun: { authorization_url: string; ticket: string },
  provider: ProviderRef,
  next: string,
  connects: boolean,
): void {
  const kept: Kept = { ticket: begun.ticket, label: provider.label, next, connects };
  sessionStorage.setItem(KEPT, JSON.stringify(kept));
  location.assign(begun.authorization_url);
}

/** What was kept, once: whoever reloads begins anew. */
export function takeKept(): Kept | null {
  try {
    const text = sessionStorage.getItem(KEPT);
    sessionStorage.removeItem(KEPT);
    const kept = text === null ? null : (JSON.parse(text) as Kept);
    return kept && { ...kept, next: safeNext(kept.next) };
  } catch {
    return null;
  }
}

/** What the browser came back with; it is taken out of the address, and so of the history. */
export function takeAnswer(): { code: string; state: string; iss?: string } | null {
  const query = new URLSearchParams(location.search);
  history.replaceState(history.state, "", location.pathname);
  const [code, state, iss] = [query.get("code"), query.get("state"), query.get("iss")];
  return code && state ? { code, state, ...(iss && { iss }) } : null;
}
