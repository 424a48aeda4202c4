import { t } from "../../i18n";
import { Skeleton, SkeletonBar } from "../../ui/skeleton";

const ROWS = [
  ["w-22", "w-45", "w-32"],
  ["w-25", "w-65"],
  ["w-28", "w-35", "w-24"],
  ["w-31", "w-80"],
  ["w-33", "w-50", "w-35"],
];

/** Five rows to come. */
export function TimelineSkeleton() {
  return (
    <Skeleton label={t("app.loading")} className="px-5 pb-6 max-md:px-4">
      {ROWS.map((widths) => (
        <div key={widths.join()} className="flex gap-3 pt-4">
          <span className="size-9 shrink-0 rounded-full bg-hover" />
          <span className="flex min-w-0 flex-col gap-2 pt-1">
            {widths.map((width) => (
              <SkeletonBar key={width} className={`${width} max-w-full`} />
            ))}
          </span>
        </div>
      ))}
    </Skeleton>
  );
}

/** Stands above the first row while there are older ones; its height never changes, so nothing moves when they come. */
export function OlderSkeleton() {
  return (
    <div aria-hidden="true" className="flex h-16 animate-pulse items-center gap-3 px-5 max-md:px-4">
      <span className="size-9 shrink-0 rounded-full bg-hover" />
      <span className="flex flex-col gap-2">
        <SkeletonBar className="w-28" />
        <SkeletonBar className="w-60" />
      </span>
    </div>
  );
}
