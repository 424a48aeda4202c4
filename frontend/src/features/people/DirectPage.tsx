import { MessageCircle, Users } from "lucide-react";
import { useState } from "react";
import { Link } from "wouter";
import { useLastLines } from "../../app/use-last-lines";
import { openSwitcher } from "../../app/view";
import { t } from "../../i18n";
import { plainText } from "../../lib/markdown/render";
import { excerpt, said } from "../../lib/text";
import { shortTime } from "../../lib/time";
import { usePresence } from "../../realtime/presence";
import { selectDirectRooms } from "../../realtime/selectors";
import { useStore } from "../../realtime/store";
import type { Room } from "../../realtime/types";
import { Avatar } from "../../ui/avatar";
import { Badge } from "../../ui/badge";
import { Button } from "../../ui/button";
import { EmptyState } from "../../ui/empty-state";
import { Page } from "../../ui/page";
import { roomName, roomPath } from "../../ui/room-name";
import { SearchField } from "../../ui/search-field";

/** The inbox: one's own direct rooms, the one with the newest message first, and a search for people among them. */
export default function DirectPage() {
  const rooms = useStore(selectDirectRooms);
  const isLoaded = useStore((state) => state.roomsLoaded);
  const [search, setSearch] = useState("");
  useLastLines(rooms);
  const wanted = search.trim().replace(/^@/, "").toLocaleLowerCase();
  const found = rooms.filter(({ peer }) =>
    `${peer?.display_name}\n${peer?.username}`.toLocaleLowerCase().includes(wanted),
  );
  return (
    <Page title={t("nav.direct")} hasBack>
      <div className="mx-auto max-w-180 px-5 py-5">
        {isLoaded && rooms.length === 0 && (
          <EmptyState
            icon={<MessageCircle className="size-7" />}
            title={t("direct.none")}
            text={t("direct.none_text")}
          >
            <Button variant="primary" onClick={openSwitcher}>
              {t("nav.new_message")}
            </Button>
          </EmptyState>
        )}
        {rooms.length > 0 && (
          <SearchField
            className="mb-4"
            label={t("people.search")}
            value={search}
            onValue={setSearch}
          />
        )}
        {rooms.length > 0 && found.length === 0 && (
          <EmptyState
            icon={<Users className="size-7" />}
            title={t("people.none_found")}
            text={t("people.none_found_text")}
          />
        )}
        <ul aria-label={t("nav.direct")} className="divide-y divide-line">
          {found.map((room) => (
            <DirectRow key={room.id} room={room} />
          ))}
        </ul>
      </div>
    </Page>
  );
}

function DirectRow({ room }: { room: Room }) {
  const latest = useStore((state) => state.latest[room.id]);
  const peer = room.peer;
  const presence = usePresence(peer);
  const isHidden = useStore((state) => latest !== undefined && state.blocked[latest.author.id]);
  const unread = room.me && room.me.notify !== "none" ? room.me.unread : 0;
  return (
    <li className="flex min-h-16 items-center gap-3.5 py-2">
      {peer && (
        <Avatar
          userId={peer.id}
          name={peer.display_name}
          url={peer.avatar_url}
          size={40}
          presence={presence}
        />
      )}
      <span className="min-w-0 flex-1">
        <Link
          href={roomPath(room.id)}
          dir="auto"
          className="block truncate text-15 font-semibold tracking-name hover:underline"
        >
          {roomName(room)}
        </Link>
        {latest && latest.body !== null && !isHidden && (
          <span className="block truncate text-13 text-ink-2">
            {excerpt(plainText(said(latest)))}
          </span>
        )}
      </span>
      {latest && (
        <time className="text-12 text-ink-3 tabular-nums">{shortTime(latest.created_at)}</time>
      )}
      {unread > 0 && (
        <Badge tone="accent" count={unread} label={t("rooms.unread", { count: unread })} />
      )}
    </li>
  );
}
