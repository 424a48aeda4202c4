import { Compass, Plus, Search, SquarePen, Users } from "lucide-react";
import { lazy, Suspense } from "react";
import { Link, useLocation } from "wouter";
import { inOrder, useRoomOrder } from "../../app/room-order";
import { useLastLines } from "../../app/use-last-lines";
import { openCreateRoom, openSwitcher } from "../../app/view";
import { t } from "../../i18n";
import { cx } from "../../lib/cx";
import { keyNames } from "../../lib/platform";
import { useServerName } from "../../lib/server-name";
import { selectDirectRooms, selectGroupRooms } from "../../realtime/selectors";
import { useStore } from "../../realtime/store";
import { BrandMark } from "../../ui/brand-mark";
import { IconButton } from "../../ui/icon-button";
import { Kbd } from "../../ui/kbd";
import { useTitle } from "../../ui/title";
import { ProfileBar } from "./ProfileBar";
import { RoomList } from "./RoomList";

const PhoneStart = lazy(() => import("./PhoneStart"));

/** Rooms and direct rooms: the left column of a wide window, the first screen of a phone. */
export function Sidebar({ isPhone = false }: { isPhone?: boolean }) {
  if (isPhone) return <PhoneList />;
  return (
    <nav
      aria-label={t("nav.main")}
      data-region="sidebar"
      className="flex w-66 shrink-0 flex-col overflow-clip"
    >
      <Brand />
      <JumpField />
      <ul className="flex flex-col px-3 pt-2">
        <NavLink href="/chat/" label={t("nav.browse")} icon={<Compass className={ICON} />} />
        <NavLink href="/profiles/" label={t("nav.people")} icon={<Users className={ICON} />} />
      </ul>
      <Lists isPhone={false} />
      <ProfileBar />
    </nav>
  );
}

const ICON = "size-[1.125rem] shrink-0";

function PhoneList() {
  useTitle(t("nav.chats"));
  return (
    <main
      id="main"
      tabIndex={-1}
      data-region="sidebar"
      className="flex h-full flex-col outline-none"
    >
      <h1 className="sr-only">{t("nav.chats")}</h1>
      <Brand />
      <JumpField />
      <Lists isPhone />
    </main>
  );
}

function Brand() {
  const name = useServerName();
  return (
    <div className="flex h-14 shrink-0 items-center gap-2.5 px-4">
      <BrandMark className="size-[1.625rem]" />
      <span className="flex-1 truncate text-15 font-semibold tracking-title">{name}</span>
      <IconButton
        label={t("nav.new_message")}
        icon={<SquarePen className={ICON} />}
        onClick={openSwitcher}
      />
    </div>
  );
}

function JumpField() {
  return (
    <button
      type="button"
      aria-haspopup="dialog"
      aria-keyshortcuts="Control+K Meta+K"
      onClick={openSwitcher}
      className="mx-3 flex h-9 shrink-0 items-center gap-2 rounded-input bg-hover px-2.5 text-14 text-ink-2 hover:bg-active max-md:h-11"
    >
      <Search aria-hidden="true" className="size-4 shrink-0" />
      <span className="flex-1 truncate text-start">{t("nav.jump")}</span>
      <span aria-hidden="true" className="flex gap-1 max-md:hidden">
        {keyNames("Mod+K").map((key) => (
          <Kbd key={key}>{key}</Kbd>
        ))}
      </span>
    </button>
  );
}

function NavLink({ href, label, icon }: { href: string; label: string; icon: React.ReactNode }) {
  const [path] = useLocation();
  const current = path === href || (href === "/chat/" && path === "/");
  return (
    <li>
      <Link
        href={href}
        aria-current={current ? "page" : undefined}
        className={cx(
          "flex h-8 items-center gap-3 rounded-control px-2.5 text-14",
          current ? "bg-active font-medium text-ink" : "text-ink-2 hover:bg-hover",
        )}
      >
        {icon}
        <span className="truncate">{label}</span>
      </Link>
    </li>
  );
}

function Lists({ isPhone }: { isPhone: boolean }) {
  const byName = useStore(selectGroupRooms);
  const { isUnreadFirst } = useRoomOrder();
  const groups = inOrder(byName, isUnreadFirst);
  const directs = useStore(selectDirectRooms);
  const isLoaded = useStore((state) => state.roomsLoaded);
  // A phone shows the last line of every room; direct rooms are sorted by theirs everywhere.
  useLastLines(directs);
  useLastLines(byName, isPhone);
  return (
    <div className="mt-1 min-h-0 flex-1 overflow-y-auto overscroll-contain px-3 pb-3 max-md:px-2">
      <RoomList
        title={t("nav.rooms")}
        none={t("rooms.none_own")}
        rooms={groups}
        isLoaded={isLoaded}
        isPhone={isPhone}
        action={
          <IconButton
            size="small"
            label={t("nav.new_room")}
            icon={<Plus className="size-[1.125rem]" />}
            onClick={() => openCreateRoom()}
          />
        }
      />
      {isPhone && isLoaded && groups.length === 0 && (
        <Suspense fallback={null}>
          <PhoneStart />
        </Suspense>
      )}
      {/* Where it will stand is only known with the rooms above it. */}
      {isLoaded && (
        <RoomList
          title={t("nav.direct")}
          href="/messages/"
          none={t("direct.none")}
          rooms={directs}
          isLoaded={isLoaded}
          isPhone={isPhone}
          action={
            <IconButton
              size="small"
              label={t("nav.new_message")}
              icon={<Plus className="size-[1.125rem]" />}
              onClick={openSwitcher}
            />
          }
        />
      )}
    </div>
  );
}
