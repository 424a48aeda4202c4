import { X } from "lucide-react";
import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { api, call } from "../../api/client";
import { t } from "../../i18n";
import { cx } from "../../lib/cx";
import { isComposing } from "../../lib/platform";
import { listProfiles } from "../../realtime/finding";
import { useStore } from "../../realtime/store";
import { Avatar } from "../../ui/avatar";
import { usePages } from "../../ui/use-pages";

const SHOWN_MAX = 6;

type PersonPickerProps = {
  id: string;
  personId: number | null;
  onChoose: (id: number | null) => void;
  className: string;
};

/** One person, found by a few letters. A combobox: the focus stays in the field. */
export function PersonPicker({ id, personId, onChoose, className }: PersonPickerProps) {
  const name = useName(personId);
  const field = useRef<HTMLInputElement>(null);
  if (personId === null) {
    return <Finder id={id} field={field} className={className} onChoose={onChoose} />;
  }
  return (
    <span className={cx(className, "gap-2")}>
      <output id={id} className="min-w-0 flex-1 truncate">
        {name ?? "…"}
      </output>
      <button
        type="button"
        aria-label={t("search.anybody")}
        data-tooltip={t("search.anybody")}
        onClick={() => onChoose(null)}
        className="tap -me-1 flex size-6 shrink-0 items-center justify-center rounded-control text-ink-2 hover:bg-hover"
      >
        <X aria-hidden="true" className="size-4" />
      </button>
    </span>
  );
}

type FinderProps = Pick<PersonPickerProps, "id" | "className" | "onChoose"> & {
  field: React.RefObject<HTMLInputElement | null>;
};

function Finder({ id, field, className, onChoose }: FinderProps) {
  const listId = useId();
  const [query, setQuery] = useState("");
  const [isOpen, setOpen] = useState(false);
  const [index, setIndex] = useState(0);
  const { items, isAnswered } = usePages(query, listProfiles);
  const shown = isOpen ? items.slice(0, SHOWN_MAX) : [];
  const active = Math.min(index, shown.length - 1);

  const onKeyDown = (event: KeyboardEvent) => {
    if (isComposing(event.nativeEvent) || shown.length === 0) return;
    const chosen = shown[active];
    if (event.key === "ArrowDown") setIndex((active + 1) % shown.length);
    else if (event.key === "ArrowUp") setIndex((active - 1 + shown.length) % shown.length);
    else if (event.key === "Enter" && chosen) isAnswered && onChoose(chosen.id);
    else if (event.key === "Escape") setOpen(false);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <span className={cx(className, "relative")}>
      <input
        ref={field}
        id={id}
        type="text"
        role="combobox"
        aria-expanded={shown.length > 0}
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={shown[active] ? `${listId}-${active}` : undefined}
        autoComplete="off"
        spellCheck={false}
        placeholder={t("search.anybody")}
        value={query}
        onChange={(event) => {
          setQuery(event.currentTarget.value);
          setIndex(0);
          setOpen(true);
        }}
        onFocus={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onKeyDown={onKeyDown}
        className="h-full w-full min-w-0 bg-transparent"
      />
      <div
        id={listId}
        role="listbox"
        aria-label={t("search.people")}
        className={cx(
          "absolute start-0 top-full z-10 mt-1 w-64 max-w-[80vw] rounded-menu bg-raised p-1 shadow-float",
          shown.length === 0 && "hidden",
        )}
      >
        {shown.map((person, at) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the combobox that owns the list
          // biome-ignore lint/a11y/useFocusableInteractive: options of a combobox are pointed at, not focused
          <div
            key={person.id}
            id={`${listId}-${at}`}
            role="option"
            aria-selected={at === active}
            onPointerMove={() => setIndex(at)}
            // Before the field loses the focus, which closes the list.
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => onChoose(person.id)}
            className={cx(
              "flex h-9 items-center gap-2.5 rounded-control px-2 text-14 max-md:h-11",
              at === active && "bg-active",
            )}
          >
            <Avatar
              userId={person.id}
              name={person.display_name}
              url={person.avatar_url}
              size={22}
              ground="raised"
            />
            <span dir="auto" className="min-w-0 truncate font-medium">
              {person.display_name}
            </span>
            <span className="min-w-0 flex-1 truncate text-13 text-ink-2">@{person.username}</span>
          </div>
        ))}
      </div>
    </span>
  );
}

/** The name of somebody who was perhaps not met yet in this visit. */
function useName(personId: number | null): string | undefined {
  const known = useStore((state) =>
    personId === null ? undefined : state.people[personId]?.display_name,
  );
  const [found, setFound] = useState<string>();
  useEffect(() => {
    setFound(undefined);
    if (personId === null || known !== undefined) return;
    let isCurrent = true;
    call(api.GET("/api/profiles/{user_id}", { params: { path: { user_id: personId } } })).then(
      (profile) => isCurrent && setFound(profile.display_name),
      // Whoever is not there has said nothing: the list says so.
      () => undefined,
    );
    return () => {
      isCurrent = false;
    };
  }, [personId, known]);
  return known ?? found;
}
