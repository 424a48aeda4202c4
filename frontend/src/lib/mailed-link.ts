/**
 * What mailed links, and the one that a fresh server shows, carry. The token stands behind the `#`, so that no server sees it; it is taken
 * out of the address before anything is drawn, so that neither the history nor somebody who looks
 * at the screen has it either. It lasts as long as the page.
 */
const PATHS = /^\/(forgot-password|reset-password|verify-email|setup|oidc)\/?$/;

let token: string | null = null;

/** Whether an address is of a screen that needs no session and is shown with one too. */
export function isMailedPath(path: string): boolean {
  return PATHS.test(path);
}

/** Takes the token out of the address, if it is a mailed link's; answers whether there was one. */
export function takeMailedToken(): boolean {
  if (!isMailedPath(location.pathname)) return false;
  const found = new URLSearchParams(location.hash.slice(1)).get("token");
  if (location.hash) {
    history.replaceState(history.state, "", location.pathname + location.search);
  }
  if (found) token = found;
  return found !== null;
}

/** The token of the link that was opened last; null if there was none. */
export function mailedToken(): string | null {
  return token;
}

/** Forgets the token: it was used. */
export function forgetMailedToken(): void {
  token = null;
}
