import { AtSign, Bell, BellOff } from "lucide-react";
import type { Notify, Room } from "../../api/types";
import { t } from "../../i18n";
import { setNotify } from "../../realtime/manage";
import { errorText } from "../../ui/form-errors";
import { MenuGroup, MenuRadio } from "../../ui/menu-item";
import { toastError } from "../../ui/toast-store";

const ICONS = { all: <Bell />, mentions: <AtSign />, none: <BellOff /> } satisfies Record<
  Notify,
  unknown
>;

type NotifyGroupProps = { room: Room; onDone: () => void };

/** Of what one is notified in a room. In a direct room everything is for oneself: all or nothing. */
export function NotifyGroup({ room, onDone }: NotifyGroupProps) {
  const isDirect = room.kind === "direct";
  const levels: Notify[] = isDirect ? ["all", "none"] : ["all", "mentions", "none"];
  const chosen = room.me?.notify ?? "all";
  const choose = (level: Notify) => {
    onDone();
    setNotify(room.id, level).catch((error) => toastError(errorText(error)));
  };
  return (
    <MenuGroup label={t("rooms.manage.notify")}>
      {levels.map((level) => (
        <MenuRadio
          key={level}
          icon={ICONS[level]}
          checked={chosen === level || (isDirect && level === "all" && chosen === "mentions")}
          onSelect={() => choose(level)}
        >
          {t(`rooms.manage.notify_${level}`)}
        </MenuRadio>
      ))}
    </MenuGroup>
  );
}
