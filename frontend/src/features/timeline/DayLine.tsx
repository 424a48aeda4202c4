import { dayLabel } from "../../lib/time";

/** Where a day begins: a hairline with the day's name in it. */
export function DayLine({ at }: { at: string }) {
  return (
    <div className="flex h-9 items-center gap-3 px-5 max-md:px-4">
      <span aria-hidden="true" className="h-px flex-1 bg-line forced-colors:bg-[CanvasText]" />
      <h2 className="text-12 font-medium text-ink-2">{dayLabel(at)}</h2>
      <span aria-hidden="true" className="h-px flex-1 bg-line forced-colors:bg-[CanvasText]" />
    </div>
  );
}
