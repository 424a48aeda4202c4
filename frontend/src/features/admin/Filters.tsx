import { X } from "lucide-react";
import { type Key, t } from "../../i18n";
import { SelectField } from "../../ui/select-field";
import { wordOf } from "./Cell";
import type { AnyNoun } from "./types";

type FiltersProps = {
  noun: AnyNoun;
  query: Record<string, string>;
  onChange: (patch: Record<string, string | null>) => void;
};

/** Filters that links set, with their labels: whose, in which room. */
const LINKED: Record<string, Key> = {
  user_id: "admin.field.user",
  author_id: "admin.field.author",
  actor_id: "admin.field.actor",
  owner_id: "admin.field.owner",
  room_id: "admin.field.room",
  object_id: "admin.field.object",
};

/** A list of choices for each field that can be filtered by. */
export function Filters({ noun, query, onChange }: FiltersProps) {
  const linked = Object.keys(LINKED).filter((field) => query[field]);
  return (
    <div className="flex flex-wrap items-end gap-3">
      {noun.filters.map(({ field, label, words }) => (
        <SelectField
          key={field}
          className="min-w-32 flex-1 sm:max-w-48"
          label={t(label)}
          name={field}
          value={query[field] ?? ""}
          choices={[
            { value: "", label: t("admin.all") },
            ...(words
              ? words.map((word) => ({ value: word, label: wordOf(word) }))
              : [
                  { value: "true", label: t("admin.yes") },
                  { value: "false", label: t("admin.no") },
                ]),
          ]}
          onValue={(value) => onChange({ [field]: value })}
        />
      ))}
      {linked.map((field) => (
        <button
          key={field}
          type="button"
          onClick={() => onChange({ [field]: null })}
          aria-label={`${t(LINKED[field] as Key)} #${query[field]}, ${t("admin.drop_filter")}`}
          className="inline-flex h-10 items-center gap-1.5 rounded-full bg-accent-soft px-3 text-13 text-accent-text max-md:h-11"
        >
          {`${t(LINKED[field] as Key)} #${query[field]}`}
          <X aria-hidden="true" className="size-3.5" />
        </button>
      ))}
    </div>
  );
}
