/**
 * Where to go after signing in: an address of this client, never of another place. Browsers read a
 * backslash as a slash, and tabs and line ends as nothing.
 */
export function safeNext(value: string | null): string {
  if (!value?.startsWith("/") || value.startsWith("//") || /[\\\p{Cc}]/u.test(value)) return "/";
  const path = value.split(/[?#]/, 1)[0] ?? "/";
  return /^\/(login|signup)\/?$/.test(path) ? "/" : value;
}

/** The address of a sign-in page that leads back to `next`. */
export function withNext(page: "/login/" | "/signup/", next: string): string {
  const safe = safeNext(next);
  return safe === "/" ? page : `${page}?next=${encodeURIComponent(safe)}`;
}
