/** What people call the programs they use, read off the names that programs give themselves. */

/** The first that matches names it: most browsers also claim to be those below them. */
const BROWSERS: readonly [string, RegExp][] = [
  ["Edge", /\bEdg(e|A|iOS)?\//],
  ["Opera", /\b(OPR|Opera)\//],
  ["Yandex Browser", /\bYaBrowser\//],
  ["Samsung Internet", /\bSamsungBrowser\//],
  ["Firefox", /\b(Firefox|FxiOS)\//],
  ["Chrome", /\b(Chrome|Chromium|HeadlessChrome|CriOS)\//],
  ["Safari", /\bSafari\//],
];
const SYSTEMS: readonly [string, RegExp][] = [
  ["iPhone", /\biPhone\b/],
  ["iPad", /\biPad\b/],
  ["Android", /\bAndroid\b/],
  ["ChromeOS", /\bCrOS\b/],
  ["Windows", /\bWindows\b/],
  ["macOS", /\bMac OS X\b/],
  ["Linux", /\bLinux\b|\bX11\b/],
];

interface Program {
  /** "Firefox", or the name and version a program gives first: "curl/8.5". */
  name: string;
  /** "Linux"; null where it is not said. */
  system: string | null;
  isPhone: boolean;
}

/** Null for an empty name. */
export function programOf(userAgent: string | null): Program | null {
  const text = userAgent?.trim() ?? "";
  if (text === "") return null;
  const find = (list: readonly [string, RegExp][]) =>
    list.find(([, pattern]) => pattern.test(text))?.[0] ?? null;
  const system = find(SYSTEMS);
  return {
    name: find(BROWSERS) ?? text.split(/\s/, 1)[0] ?? text,
    system,
    isPhone: system === "iPhone" || system === "iPad" || system === "Android",
  };
}
