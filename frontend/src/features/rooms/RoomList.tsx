import { lazy, type ReactNode, Suspense, useId, useSyncExternalStore } from "react";
import { Link, useLocation } from "wouter";
import type { Room } from "../../api/types";
import { useView } from "../../app/view";
import { t } from "../../i18n";
import { draftKey, getDrafts, subscribeDrafts } from "../../realtime/drafts";
import { selectMe } from "../../realtime/selectors";
import { useStore } from "../../realtime/store";
import { Skeleton, SkeletonBar } from "../../ui/skeleton";
import { RoomRow } from "./RoomRow";

// Not for the rooms themselves: a phone shows its list apart from them.
const PhoneRow = lazy(() => import("./PhoneRow").then((module) => ({ default: module.PhoneRow })));

type RoomListProps = {
  title: string;
  /** A page of the same, with more of each. */
  href?: string;
  /** What stands there while there is none. */
  none: string;
  rooms: readonly Room[];
  isLoaded: boolean;
  isPhone: boolean;
  action: ReactNode;
};

/** A section of the sidebar: its word, its plus, its rooms. */
export function RoomList({ title, href, none, rooms, isLoaded, isPhone, action }: RoomListProps) {
  const id = useId();
  const [path] = useLocation();
  const current = useView((view) => view.roomId);
  const meId = useStore((state) => selectMe(state)?.id ?? 0);
  const drafts = useSyncExternalStore(subscribeDrafts, getDrafts, getDrafts);
  const Row = isPhone ? PhoneRow : RoomRow;
  return (
    <section aria-labelledby={id} className="pt-2">
      <div className="flex h-8 items-center justify-between ps-2 pe-0.5">
        <h2 id={id} className="text-12 font-medium text-ink-3">
          {href ? (
            <Link
              href={href}
              aria-current={path === href ? "page" : undefined}
              className="tap hover:text-ink hover:underline aria-[current]:text-ink"
            >
              {title}
            </Link>
          ) : (
            title
          )}
        </h2>
        {action}
      </div>
      {!isLoaded && <RoomsSkeleton />}
      {isLoaded && rooms.length === 0 && <p className="px-2 py-1 text-13 text-ink-3">{none}</p>}
      <Suspense fallback={<div className="h-16" />}>
        <ul>
          {rooms.map((room) => (
            <li key={room.id}>
              <Row
                room={room}
                isCurrent={room.id === current}
                draft={drafts.get(draftKey(meId, room.id))?.text ?? ""}
              />
            </li>
          ))}
        </ul>
      </Suspense>
    </section>
  );
}

function RoomsSkeleton() {
  return (
    <Skeleton label={t("app.loading")}>
      {["w-28", "w-20", "w-32", "w-24"].map((width) => (
        <div key={width} className="flex h-8 items-center gap-3 px-2">
          <SkeletonBar className="w-4" />
          <SkeletonBar className={width} />
        </div>
      ))}
    </Skeleton>
  );
}
