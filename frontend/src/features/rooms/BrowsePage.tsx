import { Compass, Plus } from "lucide-react";
import { useState } from "react";
import { useRefresh } from "../../app/use-refresh";
import { openCreateRoom } from "../../app/view";
import { t } from "../../i18n";
import { listRooms } from "../../realtime/finding";
import { Button } from "../../ui/button";
import { EmptyState } from "../../ui/empty-state";
import { Page } from "../../ui/page";
import { PagedList } from "../../ui/paged-list";
import { SearchField } from "../../ui/search-field";
import { usePages } from "../../ui/use-pages";
import { BrowseRow } from "./BrowseRow";
import { isNews } from "./room-news";

/** The room selector: every room that one may know of, live, with a search and a way to make another. */
export default function BrowsePage() {
  const [search, setSearch] = useState("");
  const pages = usePages(search, listRooms);
  useRefresh(pages.refresh, (now, before) =>
    isNews(now, before, new Set(pages.items.map(({ id }) => id))),
  );
  const name = search.trim();
  const isKnown = pages.items.some((room) => room.name.toLowerCase() === name.toLowerCase());
  return (
    <Page
      title={t("browse.title")}
      action={
        <Button variant="primary" onClick={() => openCreateRoom()}>
          {t("nav.new_room")}
        </Button>
      }
    >
      <div className="mx-auto max-w-180 px-5 py-5">
        <SearchField
          className="mb-4"
          label={t("rooms.search")}
          value={search}
          onValue={setSearch}
        />
        <PagedList
          label={t("browse.title")}
          pages={pages}
          rowKey={(room) => room.id}
          row={(room) => <BrowseRow room={room} />}
          empty={
            <EmptyState
              icon={<Compass className="size-7" />}
              title={t(name ? "rooms.none_found" : "rooms.none_yet")}
              text={t(name ? "rooms.none_found_text" : "rooms.none_yet_text")}
            />
          }
        />
        {name !== "" && pages.isAnswered && !isKnown && (
          <div className="flex justify-center py-4">
            <Button
              className="max-w-full"
              icon={<Plus className="size-4 shrink-0" />}
              onClick={() => openCreateRoom(name)}
            >
              <span className="truncate">{t("rooms.create_named", { name })}</span>
            </Button>
          </div>
        )}
      </div>
    </Page>
  );
}
