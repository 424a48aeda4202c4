import { useLocation } from "wouter";
import { useSearch } from "wouter/use-browser-location";

/**
 * What a list is asked for, kept in the address: it can be linked, and Back goes back. Changing
 * anything but the page begins with the first one.
 */
export function useQuery() {
  const search = useSearch();
  const [path, navigate] = useLocation();
  const query = Object.fromEntries(new URLSearchParams(search));
  const set = (patch: Record<string, string | null>, replace = false) => {
    const { cursor: _, ...rest } = query;
    const next = new URLSearchParams(rest);
    for (const [name, value] of Object.entries(patch)) {
      if (value === null || value === "") next.delete(name);
      else next.set(name, value);
    }
    navigate(next.size > 0 ? `${path}?${next}` : path, { replace });
  };
  return { query, set };
}

/** The moments that a date (`2026`, `2026-11`, `2026-11-20`, in UTC) begins and ends with. */
export function spanOf(date: string): { after: string; before: string } | null {
  if (!/^\d{4}(-\d\d){0,2}$/.test(date)) return null;
  const [year = 0, month, day] = date.split("-").map(Number);
  const after = new Date(Date.UTC(year, (month ?? 1) - 1, day ?? 1));
  const before = new Date(after);
  if (day) before.setUTCDate(before.getUTCDate() + 1);
  else if (month) before.setUTCMonth(before.getUTCMonth() + 1);
  else before.setUTCFullYear(before.getUTCFullYear() + 1);
  if (Number.isNaN(after.getTime())) return null;
  return { after: after.toISOString(), before: before.toISOString() };
}

/** What a date is divided into. */
export function finerThan(date: string): "year" | "month" | "day" | null {
  return (["year", "month", "day"] as const)[date ? date.split("-").length : 0] ?? null;
}
