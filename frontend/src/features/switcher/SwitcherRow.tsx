import { Plus, Search } from "lucide-react";
import { useEffect, useRef } from "react";
import { t } from "../../i18n";
import { cx } from "../../lib/cx";
import { usePresence } from "../../realtime/presence";
import type { Profile, Room } from "../../realtime/types";
import { Avatar } from "../../ui/avatar";
import { RoomIcon } from "../../ui/room-icon";
import { roomName } from "../../ui/room-name";
import type { Choice } from "./use-choices";

type SwitcherRowProps = {
  id: string;
  choice: Choice;
  isActive: boolean;
  onPoint: () => void;
  onChoose: () => void;
};

export function SwitcherRow({ id, choice, isActive, onPoint, onChoose }: SwitcherRowProps) {
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (isActive) ref.current?.scrollIntoView({ block: "nearest" });
  }, [isActive]);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the combobox that owns the list
    // biome-ignore lint/a11y/useFocusableInteractive: options of a combobox are pointed at, not focused
    <div
      ref={ref}
      id={id}
      role="option"
      aria-selected={isActive}
      onPointerMove={isActive ? undefined : onPoint}
      onClick={onChoose}
      className={cx(
        "flex h-10 items-center gap-3 rounded-control px-2.5 text-14 max-md:h-12",
        isActive && "bg-active",
      )}
    >
      {choice.kind === "room" && <RoomChoice room={choice.room} />}
      {choice.kind === "person" && <PersonChoice profile={choice.profile} />}
      {choice.kind === "search" && (
        <>
          <Search aria-hidden="true" className="mx-0.5 size-[1.125rem] shrink-0 text-ink-2" />
          <span className="truncate font-medium">
            {t("switcher.search", { text: choice.text })}
          </span>
        </>
      )}
      {choice.kind === "create" && (
        <>
          <Plus aria-hidden="true" className="mx-0.5 size-[1.125rem] shrink-0 text-ink-2" />
          <span className="truncate font-medium">
            {t("rooms.create_named", { name: choice.name })}
          </span>
        </>
      )}
    </div>
  );
}

function RoomChoice({ room }: { room: Room }) {
  const unread = room.me?.unread ?? 0;
  const presence = usePresence(room.peer);
  return (
    <>
      {room.peer ? (
        <Avatar
          userId={room.peer.id}
          name={room.peer.display_name}
          url={room.peer.avatar_url}
          size={22}
          presence={presence}
          ground="raised"
        />
      ) : (
        <RoomIcon room={room} className="mx-0.5 size-[1.125rem] shrink-0 text-ink-2" />
      )}
      <span dir="auto" className="min-w-0 truncate font-medium">
        {roomName(room)}
      </span>
      <span className="min-w-0 flex-1 truncate text-13 text-ink-2">
        {room.peer ? `@${room.peer.username}` : room.topic}
      </span>
      {unread > 0 && (
        <span className="shrink-0 text-12 text-ink-2 tabular-nums">
          {t("timeline.new_messages", { count: unread })}
        </span>
      )}
    </>
  );
}

function PersonChoice({ profile }: { profile: Profile }) {
  const presence = usePresence(profile);
  return (
    <>
      <Avatar
        userId={profile.id}
        name={profile.display_name}
        url={profile.avatar_url}
        size={22}
        presence={presence}
        ground="raised"
      />
      <span dir="auto" className="min-w-0 truncate font-medium">
        {profile.display_name}
      </span>
      <span className="min-w-0 flex-1 truncate text-13 text-ink-2">@{profile.username}</span>
    </>
  );
}
