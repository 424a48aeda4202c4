import { type ReactNode, useEffect, useRef } from "react";
import { t } from "../i18n";
import { Button } from "./button";
import { errorText } from "./form-errors";
import { Skeleton, SkeletonBar } from "./skeleton";
import type { usePages } from "./use-pages";

type PagedListProps<T> = {
  label: string;
  pages: ReturnType<typeof usePages<T>>;
  rowKey: (item: T) => number;
  row: (item: T) => ReactNode;
  /** What stands there when nothing was found. */
  empty: ReactNode;
};

/** Rows of 64 px that load on as one scrolls; waiting, failing and finding nothing each look like themselves. */
export function PagedList<T>({ label, pages, rowKey, row, empty }: PagedListProps<T>) {
  if (pages.isLoading) return <RowsSkeleton />;
  if (pages.error !== null && !(pages.isAnswered && pages.items.length > 0)) {
    return (
      <div
        role="alert"
        className="flex flex-col items-center gap-3 py-10 text-center text-15 text-ink-2"
      >
        {errorText(pages.error)}
        <Button onClick={pages.reload}>{t("common.retry")}</Button>
      </div>
    );
  }
  if (pages.items.length === 0) return empty;
  return (
    <>
      <ul aria-label={label} className="divide-y divide-line">
        {pages.items.map((item) => (
          <li key={rowKey(item)} className="flex min-h-16 items-center gap-3.5 py-2">
            {row(item)}
          </li>
        ))}
      </ul>
      {pages.hasMore && <More isBusy={pages.isLoadingMore} onMore={pages.more} />}
    </>
  );
}

/** A button that presses itself when it comes into view. */
export function More({ isBusy, onMore }: { isBusy: boolean; onMore: () => void }) {
  const ref = useRef<HTMLDivElement>(null);
  const latest = useRef(onMore);
  latest.current = onMore;
  useEffect(() => {
    if (!ref.current || typeof IntersectionObserver === "undefined") return;
    const observer = new IntersectionObserver(
      (entries) => entries.some((entry) => entry.isIntersecting) && latest.current(),
      { rootMargin: "600px" },
    );
    observer.observe(ref.current);
    return () => observer.disconnect();
  }, []);
  return (
    <div ref={ref} className="flex justify-center py-4">
      <Button busy={isBusy} onClick={onMore}>
        {t("common.load_more")}
      </Button>
    </div>
  );
}

function RowsSkeleton() {
  return (
    <Skeleton label={t("app.loading")}>
      {["w-32", "w-44", "w-28", "w-36", "w-40"].map((width) => (
        <div key={width} className="flex h-16 items-center gap-3.5">
          <span className="size-10 rounded-full bg-hover" />
          <span className="flex flex-col gap-2">
            <SkeletonBar className={width} />
            <SkeletonBar className="w-52" />
          </span>
        </div>
      ))}
    </Skeleton>
  );
}
