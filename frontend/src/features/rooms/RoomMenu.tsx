import { Link2, LogOut } from "lucide-react";
import { type ComponentProps, useState } from "react";
import { useLocation } from "wouter";
import type { Room } from "../../api/types";
import { t } from "../../i18n";
import { leaveRoom } from "../../realtime/store";
import { ConfirmDialog } from "../../ui/confirm-dialog";
import { errorText } from "../../ui/form-errors";
import { Menu } from "../../ui/menu";
import { MenuItem, MenuLine } from "../../ui/menu-item";
import { roomName, roomPath } from "../../ui/room-name";
import { toast, toastError } from "../../ui/toast-store";

type RoomMenuProps = { room: Room } & Pick<ComponentProps<typeof Menu>, "trigger">;

/** What one can do with a room as a whole. */
export function RoomMenu({ room, trigger }: RoomMenuProps) {
  const [, navigate] = useLocation();
  const [asking, setAsking] = useState(false);

  const copyLink = async () => {
    try {
      await navigator.clipboard.writeText(`${location.origin}${roomPath(room.id)}`);
      toast(t("common.copied"));
    } catch {
      // Without a secure context or a permission there is no clipboard.
      toastError(t("errors.clipboard"));
    }
  };
  const leave = async () => {
    try {
      await leaveRoom(room.id);
      navigate("/chat/");
    } catch (error) {
      toastError(errorText(error));
    }
  };

  return (
    <>
      <Menu label={t("rooms.menu")} trigger={trigger}>
        {(close) => (
          <>
            <MenuItem
              icon={<Link2 />}
              onSelect={() => {
                close();
                void copyLink();
              }}
            >
              {t("rooms.copy_link")}
            </MenuItem>
            {room.kind === "group" && room.me && (
              <>
                <MenuLine />
                <MenuItem
                  danger
                  icon={<LogOut />}
                  onSelect={() => {
                    close();
                    setAsking(true);
                  }}
                >
                  {t("rooms.leave")}
                </MenuItem>
              </>
            )}
          </>
        )}
      </Menu>
      {asking && (
        <ConfirmDialog
          danger
          title={t("rooms.leave_confirm", { name: roomName(room) })}
          text={t(room.invite_only ? "rooms.leave_text_invite" : "rooms.leave_text")}
          action={t("rooms.leave")}
          onConfirm={leave}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
}
