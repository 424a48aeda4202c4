import { Ellipsis, PanelRight, Search } from "lucide-react";
import { type ComponentProps, lazy } from "react";
import { useLocation } from "wouter";
import type { Room } from "../../api/types";
import { t, withTexts } from "../../i18n";
import { usePresence } from "../../realtime/presence";
import { selectOnline } from "../../realtime/selectors";
import { useStore } from "../../realtime/store";
import { Avatar } from "../../ui/avatar";
import { BackLink } from "../../ui/back-link";
import { IconButton } from "../../ui/icon-button";
import { LazyMenu } from "../../ui/lazy-menu";
import { presenceLabel } from "../../ui/presence-label";
import { RoomIcon } from "../../ui/room-icon";
import { roomName } from "../../ui/room-name";
import { AvatarStack } from "./AvatarStack";
import type { RoomMenu as Loaded } from "./RoomMenu";

type RoomHeaderProps = {
  room: Room;
  isPhone: boolean;
  membersShown: boolean;
  onToggleMembers: () => void;
};

const loadMenu = () =>
  withTexts("rooms", import("./RoomMenu")).then((module) => ({ default: module.RoomMenu }));
const RoomMenu = lazy(loadMenu);

const menuButton: ComponentProps<typeof Loaded>["trigger"] = (props) => (
  <IconButton
    {...props}
    className="max-md:size-11"
    label={t("rooms.menu")}
    icon={<Ellipsis className="size-[1.125rem]" />}
  />
);

/** What this room is, who is here, and its menu: 56 px. */
export function RoomHeader({ room, isPhone, membersShown, onToggleMembers }: RoomHeaderProps) {
  const presence = usePresence(room.peer);
  const [, navigate] = useLocation();
  const isDirect = room.kind === "direct";
  return (
    <header className="flex h-14 shrink-0 items-center gap-2 border-b border-line ps-5 pe-3 max-md:ps-1 max-md:pe-1">
      <BackLink />
      {room.peer ? (
        <Avatar
          className="me-1"
          userId={room.peer.id}
          name={room.peer.display_name}
          url={room.peer.avatar_url}
          size={28}
          presence={presence}
        />
      ) : (
        !isPhone && <RoomIcon room={room} className="size-[1.125rem] shrink-0 text-ink-2" />
      )}
      <div className={isPhone ? "min-w-0 flex-1" : "flex min-w-0 flex-1 items-baseline gap-3"}>
        <h1 dir="auto" className="truncate text-15 font-semibold tracking-title">
          {roomName(room)}
        </h1>
        <p dir="auto" className="min-w-0 truncate text-13 text-ink-2 max-md:text-12">
          {isDirect && presence ? (
            presenceLabel(presence)
          ) : isPhone ? (
            <Counts room={room} />
          ) : (
            room.topic
          )}
        </p>
      </div>
      {!isDirect && !isPhone && <AvatarStack room={room} />}
      <IconButton
        className={isPhone ? "size-11" : undefined}
        label={t("rooms.find_said")}
        icon={<Search className="size-[1.125rem]" />}
        onClick={() => navigate(`/search/?room=${room.id}`)}
      />
      {!isDirect && (
        <IconButton
          className={isPhone ? "size-11" : undefined}
          label={t(membersShown ? "members.hide" : "members.show")}
          aria-pressed={membersShown}
          icon={<PanelRight className="size-[1.125rem]" />}
          onClick={onToggleMembers}
        />
      )}
      <LazyMenu trigger={menuButton} load={loadMenu}>
        <RoomMenu room={room} trigger={menuButton} />
      </LazyMenu>
    </header>
  );
}

function Counts({ room }: { room: Room }) {
  const online = useStore(selectOnline(room.id)).length || room.online_count;
  return (
    <>
      {t("rooms.members", { count: room.members_count })} · {t("rooms.online", { count: online })}
    </>
  );
}
