import { Plus } from "lucide-react";
import { lazy, useEffect, useState } from "react";
import { Link } from "wouter";
import { t } from "../../i18n";
import { buttonClass } from "../../ui/button";
import { errorText } from "../../ui/form-errors";
import { SearchField } from "../../ui/search-field";
import { BulkBar } from "./BulkBar";
import { DateDrill } from "./DateDrill";
import { Filters } from "./Filters";
import { Frame } from "./Frame";
import { Pager } from "./Pager";
import { Table } from "./Table";
import { totalText } from "./total";
import type { Action, AnyNoun } from "./types";
import { PAGE, useList } from "./use-list";
import { finerThan, spanOf, useQuery } from "./use-query";

/** Comes when something is about to be done. */
const BulkPage = lazy(() => import("./BulkPage").then((module) => ({ default: module.BulkPage })));

const SEARCH_AFTER_MS = 300;

/** Everything of a noun: searched, filtered, drilled into by date, ordered, in pages. */
export function ListPage({ noun }: { noun: AnyNoun }) {
  const { query, set } = useQuery();
  const { date = "", ...asked } = query;
  const span = spanOf(date);
  const dates = finerThan(span ? date : "");
  const { page, error, isLoading, reload } = useList(noun.name, {
    ...asked,
    ...span,
    limit: String(PAGE),
    ...(dates && !asked.cursor && !asked.search ? { dates } : {}),
  });
  const [chosen, setChosen] = useState<ReadonlyMap<string, unknown>>(new Map());
  const [isAll, setAll] = useState(false);
  const [total, setTotal] = useState<number | null>(null);
  const [action, setAction] = useState<Action | null>(null);
  const [search, setSearch] = useSearchText(query.search ?? "", (text) =>
    set({ search: text }, true),
  );

  // What cannot be seen is not to be acted on.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page or another question
  useEffect(() => {
    setChosen(new Map());
    setAll(false);
    // Only the first page of a list says how many there are.
    if (page && (page.total !== null || !query.cursor)) setTotal(page.total);
  }, [page]);

  if (action) {
    return (
      <BulkPage
        noun={noun}
        action={action}
        items={[...chosen.values()]}
        {...(isAll && { filter: { ...filterOf(asked), ...span } })}
        onClose={(isDone) => {
          setAction(null);
          if (isDone) reload();
        }}
      />
    );
  }
  const tooShort = noun.searchMin !== undefined && search !== "" && search.length < noun.searchMin;
  return (
    <Frame
      title={t(noun.label)}
      action={
        noun.add && (
          <Link href={`/admin/${noun.name}/add/`} className={buttonClass("primary")}>
            <Plus aria-hidden="true" className="size-4" />
            {/* Beside it a narrow screen has no room for the list's own name. */}
            <span className="max-md:sr-only">{t(noun.add)}</span>
          </Link>
        )
      }
    >
      <div className="flex flex-col gap-3">
        <SearchField label={t("admin.search")} value={search} onValue={setSearch} />
        {tooShort && (
          <p className="text-13 text-ink-2">
            {t("admin.search_min", { count: noun.searchMin ?? 0 })}
          </p>
        )}
        <Filters noun={noun} query={query} onChange={set} />
        <DateDrill
          date={span ? date : ""}
          dates={page?.dates ?? null}
          onDate={(next) => set({ date: next })}
        />
      </div>
      {error ? (
        <p role="alert" className="text-14 text-danger-text">
          {errorText(error)}
        </p>
      ) : null}
      {page && (
        <div aria-busy={isLoading}>
          <p role="status" className="mb-2 text-13 text-ink-2">
            {page.total !== null && t("admin.total", { total: totalText(page.total) })}
          </p>
          <Table
            noun={noun}
            items={page.items}
            ordering={query.ordering}
            onOrder={(ordering) => set({ ordering })}
            chosen={chosen}
            onChoose={(next) => {
              setChosen(next);
              setAll(false);
            }}
          />
          <Pager
            next={page.next}
            isFirst={!query.cursor}
            onFirst={() => set({})}
            onNext={(cursor) => set({ cursor })}
          />
        </div>
      )}
      {!page && !error && <p className="text-14 text-ink-3">{t("app.loading")}</p>}
      {chosen.size > 0 && (
        <BulkBar
          noun={noun}
          count={chosen.size}
          total={total}
          isAll={isAll}
          // Everything of this page was chosen, and there is more.
          onAll={
            page && chosen.size === countOfFree(noun, page.items) && (page.next || query.cursor)
              ? () => setAll(true)
              : undefined
          }
          onRun={setAction}
          onNone={() => setChosen(new Map())}
        />
      )}
    </Frame>
  );
}

function countOfFree(noun: AnyNoun, items: readonly unknown[]): number {
  return items.filter((item) => noun.isChangeable?.(item) ?? true).length;
}

/** What of a question says which things are meant, and not how they are shown. */
function filterOf({ cursor: _, ordering: __, ...filter }: Record<string, string>) {
  return filter;
}

/** What is being typed, told a moment after the last key. */
function useSearchText(current: string, tell: (text: string) => void) {
  const [text, setText] = useState(current);
  // biome-ignore lint/correctness/useExhaustiveDependencies: told for another text only
  useEffect(() => {
    if (text === current) return;
    const timer = setTimeout(() => tell(text), SEARCH_AFTER_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return [text, setText] as const;
}
