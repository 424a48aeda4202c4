import { Users } from "lucide-react";
import { useState } from "react";
import { isBack, useRefresh } from "../../app/use-refresh";
import { t } from "../../i18n";
import { listProfiles } from "../../realtime/finding";
import { EmptyState } from "../../ui/empty-state";
import { Page } from "../../ui/page";
import { PagedList } from "../../ui/paged-list";
import { SearchField } from "../../ui/search-field";
import { usePages } from "../../ui/use-pages";
import { PersonRow } from "./PersonRow";

/** Everybody on this server, with one press to a direct room. */
export default function PeoplePage() {
  const [search, setSearch] = useState("");
  const pages = usePages(search, listProfiles);
  useRefresh(pages.refresh, isBack);
  return (
    <Page title={t("people.title")}>
      <div className="mx-auto max-w-180 px-5 py-5">
        <SearchField
          className="mb-4"
          label={t("people.search")}
          value={search}
          onValue={setSearch}
        />
        <PagedList
          label={t("people.title")}
          pages={pages}
          rowKey={(profile) => profile.id}
          row={(profile) => <PersonRow profile={profile} />}
          empty={
            <EmptyState
              icon={<Users className="size-7" />}
              title={t("people.none_found")}
              text={t("people.none_found_text")}
            />
          }
        />
      </div>
    </Page>
  );
}
