import { ChevronDown } from "lucide-react";
import { type ReactNode, useId, useMemo } from "react";
import { t } from "../../i18n";
import { cx } from "../../lib/cx";
import { selectDirectRooms, selectGroupRooms } from "../../realtime/selectors";
import { useStore } from "../../realtime/store";
import { Button } from "../../ui/button";
import { roomReference } from "../../ui/room-name";
import { type Filters, NO_FILTERS } from "./filters";
import { PersonPicker } from "./PersonPicker";

type SearchFiltersProps = { filters: Filters; onChange: (patch: Partial<Filters>) => void };

const CONTROL = "input-shell flex h-9 items-center px-2.5 text-14 max-md:h-11";

/** In which room, by whom, from which day to which. */
export function SearchFilters({ filters, onChange }: SearchFiltersProps) {
  const { roomId, authorId, from, until } = filters;
  const groups = useStore(selectGroupRooms);
  const directs = useStore(selectDirectRooms);
  const rooms = useMemo(() => [...groups, ...directs], [groups, directs]);
  const isLimited = roomId !== null || authorId !== null || from !== "" || until !== "";
  return (
    <search className="grid grid-cols-2 gap-x-3 gap-y-2 pt-3 pb-4 md:grid-cols-[1fr_1fr_auto_auto]">
      <Labelled label={t("search.room")}>
        {(id) => (
          <span className={cx(CONTROL, "relative")}>
            <select
              id={id}
              value={roomId ?? ""}
              onChange={(event) => onChange({ roomId: Number(event.currentTarget.value) || null })}
              className="h-full w-full min-w-0 cursor-pointer appearance-none truncate bg-transparent pe-5 outline-none"
            >
              <option value="" className="bg-raised text-ink">
                {t("search.all_rooms")}
              </option>
              {rooms.map((room) => (
                <option key={room.id} value={room.id} className="bg-raised text-ink">
                  {roomReference(room)}
                </option>
              ))}
            </select>
            <ChevronDown
              aria-hidden="true"
              className="pointer-events-none absolute inset-e-2.5 size-4 text-ink-2"
            />
          </span>
        )}
      </Labelled>
      <Labelled label={t("search.author")}>
        {(id) => (
          <PersonPicker
            id={id}
            className={CONTROL}
            personId={authorId}
            onChoose={(next) => onChange({ authorId: next })}
          />
        )}
      </Labelled>
      <Labelled label={t("search.from")}>
        {(id) => (
          <Day id={id} value={from} max={until} onChange={(day) => onChange({ from: day })} />
        )}
      </Labelled>
      <Labelled label={t("search.until")}>
        {(id) => (
          <Day id={id} value={until} min={from} onChange={(day) => onChange({ until: day })} />
        )}
      </Labelled>
      {isLimited && (
        <Button
          size="small"
          variant="ghost"
          className="-ms-2.5 justify-self-start max-md:h-11"
          onClick={() => onChange({ ...NO_FILTERS, text: filters.text })}
        >
          {t("search.clear")}
        </Button>
      )}
    </search>
  );
}

function Labelled({ label, children }: { label: string; children: (id: string) => ReactNode }) {
  const id = useId();
  return (
    <div className="min-w-0">
      <label htmlFor={id} className="mb-1 block text-12 font-medium text-ink-2">
        {label}
      </label>
      {children(id)}
    </div>
  );
}

type DayProps = {
  id: string;
  value: string;
  min?: string;
  max?: string;
  onChange: (day: string) => void;
};

function Day({ id, value, min, max, onChange }: DayProps) {
  return (
    <span className={CONTROL}>
      <input
        id={id}
        type="date"
        value={value}
        min={min || undefined}
        max={max || undefined}
        onChange={(event) => onChange(event.currentTarget.value)}
        className="h-full w-full min-w-0 bg-transparent"
      />
    </span>
  );
}
