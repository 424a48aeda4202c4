import { MessageSquareText, SearchX } from "lucide-react";
import { useCallback, useMemo, useState } from "react";
import { useLocation } from "wouter";
import { useSearch } from "wouter/use-browser-location";
import { t } from "../../i18n";
import { EmptyState } from "../../ui/empty-state";
import { Page } from "../../ui/page";
import { PagedList } from "../../ui/paged-list";
import { SearchField } from "../../ui/search-field";
import { usePages } from "../../ui/use-pages";
import { type Filters, isAsking, questionOf, readFilters, writeFilters } from "./filters";
import { SearchFilters } from "./SearchFilters";
import { SearchRow } from "./SearchRow";
import { searchMessages } from "./search-messages";

/** Looks for what was said, in one room or in all of one's own. What is looked for stands in the address. */
export default function SearchPage() {
  const query = useSearch();
  const [, navigate] = useLocation();
  const filters = useMemo(() => readFilters(query), [query]);
  // The address follows the field: a letter must not wait for it.
  const [text, setText] = useState(filters.text);
  const change = (patch: Partial<Filters>) => {
    const next = { ...filters, text, ...patch };
    if (patch.text !== undefined) setText(patch.text);
    navigate(`/search/?${writeFilters(next)}`, { replace: true });
  };
  const asked = { ...filters, text };
  return (
    <Page title={t("search.title")} hasBack>
      <div className="mx-auto max-w-180 px-5 py-5">
        <SearchField
          autoFocus
          label={t("search.field")}
          value={text}
          onValue={(value) => change({ text: value })}
        />
        <SearchFilters filters={asked} onChange={change} />
        {isAsking(asked) ? (
          <Results filters={asked} />
        ) : (
          <EmptyState
            icon={<MessageSquareText className="size-7" />}
            title={t("search.start")}
            text={t("search.start_text")}
          />
        )}
      </div>
    </Page>
  );
}

function Results({ filters }: { filters: Filters }) {
  const key = JSON.stringify(questionOf(filters));
  const load = useCallback(
    (page: { search?: string; cursor?: string }) =>
      searchMessages({ ...JSON.parse(key), ...page, limit: 30 }),
    [key],
  );
  const pages = usePages(filters.text, load);
  return (
    <PagedList
      label={t("search.results")}
      pages={pages}
      rowKey={(message) => message.id}
      row={(message) => <SearchRow message={message} wanted={filters.text} />}
      empty={
        <EmptyState
          icon={<SearchX className="size-7" />}
          title={t("search.none")}
          text={t("search.none_text")}
        />
      }
    />
  );
}
