import { formatTag, t } from "../../i18n";
import type { AdminList } from "./types";

const SHAPES: readonly Intl.DateTimeFormatOptions[] = [
  { year: "numeric" },
  { month: "long", year: "numeric" },
  { day: "numeric", month: "long" },
];

/** Years, then months, then days, each with how many there are: from the whole to one date. */
export function DateDrill({
  date,
  dates,
  onDate,
}: {
  date: string;
  dates: AdminList["dates"];
  onDate: (date: string) => void;
}) {
  if (!date && (dates?.length ?? 0) === 0) return null;
  const parts = date ? date.split("-") : [];
  const outer = parts.map((_, at) => parts.slice(0, at + 1).join("-"));
  return (
    <nav aria-label={t("admin.dates")} className="flex flex-wrap items-center gap-1 text-13">
      {date && <Step onPress={() => onDate("")}>{t("admin.all_dates")}</Step>}
      {outer.map((each) => (
        <Step key={each} isCurrent={each === date} onPress={() => onDate(each)}>
          {dateName(each)}
        </Step>
      ))}
      {dates?.map((each) => (
        <Step key={each.date} onPress={() => onDate(each.date)}>
          {dateName(each.date)} <span className="text-ink-3 tabular-nums">{each.count}</span>
        </Step>
      ))}
    </nav>
  );
}

function Step(props: { isCurrent?: boolean; onPress: () => void; children: React.ReactNode }) {
  return (
    <button
      type="button"
      aria-current={props.isCurrent ? "date" : undefined}
      onClick={props.onPress}
      className="tap h-7 rounded-control px-2 text-ink-2 hover:bg-hover aria-[current]:font-semibold aria-[current]:text-ink"
    >
      {props.children}
    </button>
  );
}

function dateName(date: string): string {
  const parts = date.split("-");
  const shape = new Intl.DateTimeFormat(formatTag(), {
    ...SHAPES[parts.length - 1],
    timeZone: "UTC",
  });
  return shape.format(new Date(date));
}
