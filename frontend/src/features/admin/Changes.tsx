import { hasText, t } from "../../i18n";
import { wordOf } from "./Cell";
import type { AuditEntry } from "./types";

/** What was different afterwards, a line for each field. */
export function Changes({ changes }: { changes: AuditEntry["changes"] }) {
  if (changes.length === 0) return <span className="text-ink-3">–</span>;
  return (
    <ul>
      {changes.map(({ field, before, after }) => (
        <li key={field} className="wrap-anywhere">
          {fieldOf(field)}: {said(before)} → {said(after)}
        </li>
      ))}
    </ul>
  );
}

function fieldOf(field: string): string {
  const key = `admin.field.${field}`;
  return hasText(key) ? t(key) : field;
}

/** Null is what is not kept. */
function said(value: string | null): string {
  if (value === null) return "…";
  if (value === "") return "–";
  if (value === "true" || value === "false") return t(value === "true" ? "admin.yes" : "admin.no");
  return wordOf(value);
}
