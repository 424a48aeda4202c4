import { Link } from "wouter";
import { t } from "../../i18n";
import { errorText } from "../../ui/form-errors";
import { Cell, eventOf } from "./Cell";
import { Changes } from "./Changes";
import type { AuditEntry } from "./types";
import { useList } from "./use-list";

const SHOWN = "20";

/** The newest entries of the audit log about something: what, who, when, and what was different. */
export function Entries({ query }: { query: Record<string, string> }) {
  const { page, error } = useList("audit", { ...query, limit: SHOWN });
  if (error) return <p className="text-13 text-danger-text">{errorText(error)}</p>;
  if (!page) return <p className="text-13 text-ink-3">{t("app.loading")}</p>;
  const entries = page.items as AuditEntry[];
  if (entries.length === 0) return <p className="text-13 text-ink-3">{t("admin.no_history")}</p>;
  return (
    <>
      <ul className="flex flex-col divide-y divide-line text-13">
        {entries.map((entry) => (
          <li key={entry.id} className="flex flex-wrap gap-x-3 py-2">
            <span className="w-24 shrink-0 text-ink-2">
              <Cell value={{ time: entry.created_at }} />
            </span>
            <span className="w-32 shrink-0 truncate">
              <Cell value={entry.actor && { user: entry.actor }} />
            </span>
            <span className="min-w-0 flex-1">
              <Link href={`/admin/audit/${entry.id}/`} className="hover:underline">
                {eventOf(entry.event)}
                {entry.object_name && ` · ${entry.object_name}`}
              </Link>
              {entry.changes.length > 0 && (
                <span className="block text-ink-2">
                  <Changes changes={entry.changes} />
                </span>
              )}
            </span>
          </li>
        ))}
      </ul>
      {page.next && (
        <Link
          href={`/admin/audit/?${new URLSearchParams(query)}`}
          className="mt-2 inline-block text-13 text-accent-text hover:underline"
        >
          {t("admin.all_history")}
        </Link>
      )}
    </>
  );
}
