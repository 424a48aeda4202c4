/**
 * Times for people. Formatters are costly to make, so there is one per language and shape; all use
 * the full tag (`en-GB`), because a bare language formats as its most common region does.
 */
import { formatTag, t } from "../i18n";

const DAY_MS = 86_400_000;

const SHAPES = {
  clock: { hour: "2-digit", minute: "2-digit" },
  full: { dateStyle: "full", timeStyle: "short" },
  weekday: { weekday: "short" },
  day: { weekday: "long", day: "numeric", month: "long" },
  dayOfYear: { weekday: "long", day: "numeric", month: "long", year: "numeric" },
  date: { day: "numeric", month: "short" },
  dateOfYear: { day: "numeric", month: "short", year: "numeric" },
} satisfies Record<string, Intl.DateTimeFormatOptions>;

const formatters = new Map<string, Intl.DateTimeFormat>();

function format(shape: keyof typeof SHAPES, at: Date): string {
  const key = `${formatTag()} ${shape}`;
  let formatter = formatters.get(key);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat(formatTag(), SHAPES[shape]);
    formatters.set(key, formatter);
  }
  // Broken times come from broken servers; a row must not take the page down for it.
  return Number.isNaN(at.getTime()) ? "" : formatter.format(at);
}

/** "09:12" */
export function clock(at: string | number): string {
  return format("clock", new Date(at));
}

/** "Monday, 16 November 2026 at 09:12", for tooltips. */
export function fullTime(at: string | number): string {
  return format("full", new Date(at));
}

/** "Today", "Yesterday", "Monday, 16 November", with the year where it is another. */
export function dayLabel(at: string | number, now: number = Date.now()): string {
  const date = new Date(at);
  const days = daysBetween(date, new Date(now));
  if (days === 0) return t("timeline.today");
  if (days === 1) return t("timeline.yesterday");
  return format(isSameYear(date, new Date(now)) ? "day" : "dayOfYear", date);
}

/** For lists: "09:12" today, "Mon" within a week, "3 Nov", "3 Nov 2024". */
export function shortTime(at: string | number, now: number = Date.now()): string {
  const date = new Date(at);
  const days = daysBetween(date, new Date(now));
  if (days === 0) return format("clock", date);
  if (days > 0 && days < 7) return format("weekday", date);
  return format(isSameYear(date, new Date(now)) ? "date" : "dateOfYear", date);
}

/** "3 Nov 2024" */
export function dateOnly(at: string | number): string {
  return format("dateOfYear", new Date(at));
}

/** The same for all times of one local day, different for others. */
export function dayKey(at: string | number): string {
  const date = new Date(at);
  return `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`;
}

/** Whole local days from `from` to `to`; by noon, so that a change of the clocks does no harm. */
function daysBetween(from: Date, to: Date): number {
  const noon = (at: Date) => Date.UTC(at.getFullYear(), at.getMonth(), at.getDate());
  return Math.round((noon(to) - noon(from)) / DAY_MS);
}

function isSameYear(a: Date, b: Date): boolean {
  return a.getFullYear() === b.getFullYear();
}
