import { type RefObject, useEffect } from "react";
import { t } from "../../i18n";
import { listMembers, useStore } from "../../realtime/store";
import type { Me, Room, UserId } from "../../realtime/types";
import { Avatar } from "../../ui/avatar";
import { MenuList } from "../../ui/menu";
import { MenuGroup, MenuItem } from "../../ui/menu-item";
import { Popover } from "../../ui/popover";

type WhisperMenuProps = {
  room: Room;
  me: Me;
  anchor: RefObject<HTMLElement | null>;
  onChoose: (id: UserId) => void;
  onClose: () => void;
};

/** Who is here and can be whispered to. */
export default function WhisperMenu({ room, me, anchor, onChoose, onClose }: WhisperMenuProps) {
  const online = useStore((state) => state.online[room.id]);
  const people = useStore((state) => state.people);
  const here = (online ?? [])
    .flatMap((id) => (id !== me.id && people[id] ? [people[id]] : []))
    .sort((a, b) => a.display_name.localeCompare(b.display_name));
  // Of a big room not everybody is known: who came since is asked for, once.
  const strangers = online?.filter((id) => !people[id]).join();
  useEffect(() => {
    if (strangers) void listMembers(room.id, "here").catch(() => undefined);
  }, [room.id, strangers]);
  return (
    <Popover anchor={anchor} placement="top-start" onClose={onClose}>
      {here.length === 0 ? (
        <p role="status" className="max-w-64 p-3 text-14 text-ink-2">
          {t("whisper.nobody")}
        </p>
      ) : (
        <MenuList label={t("whisper.choose")} className="max-h-80 w-60" onLeave={onClose}>
          <MenuGroup label={t("whisper.choose")}>
            {here.map((person) => (
              <MenuItem
                key={person.id}
                icon={
                  <Avatar
                    userId={person.id}
                    name={person.display_name}
                    url={person.avatar_url}
                    size={22}
                    ground="raised"
                  />
                }
                onSelect={() => onChoose(person.id)}
              >
                {person.display_name}
              </MenuItem>
            ))}
          </MenuGroup>
        </MenuList>
      )}
    </Popover>
  );
}
