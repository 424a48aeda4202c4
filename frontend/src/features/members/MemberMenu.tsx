import {
  Ban,
  Crown,
  EyeOff,
  IdCard,
  MessageCircle,
  UserMinus,
  UserRound,
  Wrench,
} from "lucide-react";
import { type ComponentProps, type ReactNode, useState } from "react";
import { useLocation } from "wouter";
import type { Member, Role, Room } from "../../api/types";
import { BlockDialog, unblock } from "../../app/BlockDialog";
import { t } from "../../i18n";
import { removeMember, setRole } from "../../realtime/manage";
import { useStore } from "../../realtime/store";
import { ConfirmDialog } from "../../ui/confirm-dialog";
import { errorText } from "../../ui/form-errors";
import { Menu } from "../../ui/menu";
import { MenuItem, MenuLine } from "../../ui/menu-item";
import { profilePath, roomReference } from "../../ui/room-name";
import { toastError } from "../../ui/toast-store";

type MemberMenuProps = Pick<ComponentProps<typeof Menu>, "trigger"> & {
  room: Room;
  member: Member;
  name: string;
  /** May say what others may do. */
  owns: boolean;
  /** May remove people. */
  manages: boolean;
  onMessage: () => void;
  /** Undefined where nobody would hear it. */
  onWhisper: (() => void) | undefined;
  /** A sheet goes away for what is shown elsewhere. */
  onLeave: (() => void) | undefined;
};

/** What one can do with a member of a room: talk to them, and what a moderator or the owner may. */
export function MemberMenu(props: MemberMenuProps) {
  const { room, member, name, owns, manages, trigger, onMessage, onWhisper, onLeave } = props;
  const [, navigate] = useLocation();
  const [asking, setAsking] = useState<"owner" | "remove" | "block" | null>(null);
  const { id } = member.profile;
  const isBlocked = useStore((state) => state.blocked[id]);
  const mayRemove = owns || (manages && member.role === "member");

  const change = async (task: Promise<void>) => {
    try {
      await task;
    } catch (error) {
      toastError(errorText(error));
    }
  };
  const give = (role: Role) => change(setRole(room.id, id, role));

  return (
    <>
      <Menu startsOpen label={t("members.actions", { name })} className="w-56" trigger={trigger}>
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
              {item(<MessageCircle />, t("people.message"), onMessage)}
              {item(<IdCard />, t("members.manage.profile"), () => {
                onLeave?.();
                navigate(profilePath(member.profile.username));
              })}
              {onWhisper && item(<EyeOff />, t("composer.whisper"), onWhisper)}
              {owns && member.role !== "owner" && (
                <>
                  <MenuLine />
                  {member.role === "moderator"
                    ? item(<UserRound />, t("members.manage.member"), () => void give("member"))
                    : item(<Wrench />, t("members.manage.moderator"), () => void give("moderator"))}
                  {item(<Crown />, t("members.manage.owner"), () => setAsking("owner"))}
                </>
              )}
              {mayRemove && (
                <>
                  <MenuLine />
                  {item(<UserMinus />, t("members.manage.remove"), () => setAsking("remove"), true)}
                </>
              )}
              <MenuLine />
              {isBlocked
                ? item(<Ban />, t("block.unblock"), () => void unblock(id, name))
                : item(<Ban />, t("block.block"), () => setAsking("block"), true)}
            </>
          );
        }}
      </Menu>
      {asking === "owner" && (
        <ConfirmDialog
          title={t("members.manage.owner_confirm", { name })}
          text={t("members.manage.owner_text")}
          action={t("members.manage.owner")}
          onConfirm={() => give("owner")}
          onClose={() => setAsking(null)}
        />
      )}
      {asking === "block" && (
        <BlockDialog userId={id} name={name} onClose={() => setAsking(null)} />
      )}
      {asking === "remove" && (
        <ConfirmDialog
          danger
          title={t("members.manage.remove_confirm", { name, room: roomReference(room) })}
          text={t(
            room.invite_only ? "members.manage.remove_text_invite" : "members.manage.remove_text",
          )}
          action={t("members.manage.remove")}
          onConfirm={() => change(removeMember(room.id, id))}
          onClose={() => setAsking(null)}
        />
      )}
    </>
  );
}
