import {
  Ban,
  CalendarDays,
  Link2,
  LogOut,
  Settings2,
  Trash2,
  UserPlus,
  UserRound,
} from "lucide-react";
import { type ComponentProps, type ReactNode, useState } from "react";
import { useLocation } from "wouter";
import type { Room } from "../../api/types";
import { BlockDialog, unblock } from "../../app/BlockDialog";
import { openInvite } from "../../app/view";
import { t } from "../../i18n";
import { mayManage, mayOwn } from "../../realtime/may";
import { selectMe } from "../../realtime/selectors";
import { useStore } from "../../realtime/store";
import { copyText } from "../../ui/copy";
import { Menu } from "../../ui/menu";
import { MenuItem, MenuLine } from "../../ui/menu-item";
import { profilePath, roomPath } from "../../ui/room-name";
import { NotifyGroup } from "./NotifyGroup";
import { type RoomDialog, RoomDialogs } from "./RoomDialogs";

type RoomMenuProps = { room: Room } & Pick<ComponentProps<typeof Menu>, "trigger">;

/** What one can do with a room as a whole: what concerns oneself first, then what concerns everybody. */
export function RoomMenu({ room, trigger }: RoomMenuProps) {
  const me = useStore(selectMe);
  const [, navigate] = useLocation();
  const [dialog, setDialog] = useState<RoomDialog | "block" | null>(null);
  const manages = me !== null && mayManage(room, me);
  const isMember = room.me !== null;
  const { peer } = room;
  const isBlocked = useStore((state) => peer !== null && state.blocked[peer.id]);
  const close = () => setDialog(null);

  return (
    <>
      <Menu startsOpen label={t("rooms.menu")} trigger={trigger} className="w-60">
        {(close) => {
          const item = (icon: ReactNode, text: string, run: () => void, danger = false) => (
            <MenuItem
              icon={icon}
              danger={danger}
              onSelect={() => {
                close();
                run();
              }}
            >
              {text}
            </MenuItem>
          );
          return (
            <>
              {item(
                <Link2 />,
                t("rooms.manage.copy_link"),
                () => void copyText(`${location.origin}${roomPath(room.id)}`),
              )}
              {isMember &&
                item(<CalendarDays />, t("rooms.manage.to_date"), () => setDialog("date"))}
              {manages && (
                <>
                  {item(<UserPlus />, t("rooms.manage.invite"), () => openInvite(room.id))}
                  {item(<Settings2 />, t("rooms.manage.settings"), () => setDialog("settings"))}
                </>
              )}
              {isMember && (
                <>
                  <MenuLine />
                  <NotifyGroup room={room} onDone={close} />
                </>
              )}
              {peer && <MenuLine />}
              {peer &&
                item(<UserRound />, t("members.manage.profile"), () =>
                  navigate(profilePath(peer.username)),
                )}
              {peer &&
                (isBlocked
                  ? item(
                      <Ban />,
                      t("block.unblock"),
                      () => void unblock(peer.id, peer.display_name),
                    )
                  : item(<Ban />, t("block.block"), () => setDialog("block"), true))}
              {isMember && room.kind === "group" && (
                <>
                  <MenuLine />
                  {item(<LogOut />, t("rooms.leave"), () => setDialog("leave"), true)}
                  {me &&
                    mayOwn(room, me) &&
                    item(<Trash2 />, t("rooms.manage.delete"), () => setDialog("delete"), true)}
                </>
              )}
            </>
          );
        }}
      </Menu>
      {dialog === "block" && peer && (
        <BlockDialog userId={peer.id} name={peer.display_name} onClose={close} />
      )}
      {dialog && dialog !== "block" && <RoomDialogs room={room} dialog={dialog} onClose={close} />}
    </>
  );
}
