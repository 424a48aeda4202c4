import { Crown, Ellipsis, EyeOff, MessageCircle, ShieldCheck, Wrench } from "lucide-react";
import { type ComponentProps, lazy, useState } from "react";
import { useLocation } from "wouter";
import type { Member, Room } from "../../api/types";
import { whisperTo } from "../../app/whisper-to";
import { t, withTexts } from "../../i18n";
import { cx } from "../../lib/cx";
import { usePresence } from "../../realtime/presence";
import { openDirect, useStore } from "../../realtime/store";
import { Avatar } from "../../ui/avatar";
import { errorText } from "../../ui/form-errors";
import { IconButton } from "../../ui/icon-button";
import { LazyMenu } from "../../ui/lazy-menu";
import { presenceLabel } from "../../ui/presence-label";
import { roomPath } from "../../ui/room-name";
import { toastError } from "../../ui/toast-store";
import type { MemberMenu as Loaded } from "./MemberMenu";

const loadMenu = () =>
  withTexts("rooms", import("./MemberMenu")).then((module) => ({ default: module.MemberMenu }));
const MemberMenu = lazy(loadMenu);

type MemberRowProps = {
  room: Room;
  member: Member;
  isMe: boolean;
  /** May say what others may do here, and who is in the room. */
  owns: boolean;
  manages: boolean;
  isHere: boolean;
  /** Something was chosen that happens elsewhere: a sheet goes away for it. */
  onLeave: (() => void) | undefined;
};

/** One member, 40 px; a press opens the direct room. */
export function MemberRow(props: MemberRowProps) {
  const { room, member, isMe, owns, manages, isHere, onLeave } = props;
  const { profile, role } = member;
  const live = usePresence(profile);
  const name = useStore((state) => state.people[profile.id]?.display_name ?? profile.display_name);
  const presence = isHere ? (live === "offline" ? "online" : live) : "offline";
  const [, navigate] = useLocation();
  const [busy, setBusy] = useState(false);

  const message = async () => {
    if (isMe || busy) return;
    setBusy(true);
    try {
      const room = await openDirect(profile.id);
      onLeave?.();
      navigate(roomPath(room.id));
    } catch (error) {
      toastError(errorText(error));
    } finally {
      setBusy(false);
    }
  };

  const body = (
    <>
      <Avatar
        userId={profile.id}
        name={name}
        url={profile.avatar_url}
        size={28}
        presence={presence}
      />
      <span
        dir="auto"
        className={cx(
          "min-w-0 flex-1 truncate text-start text-14",
          isHere ? "text-ink" : "text-ink-3",
        )}
      >
        {name}
        {isMe && <span className="text-ink-3"> {t("members.you")}</span>}
        <span className="sr-only">, {presenceLabel(presence)}</span>
      </span>
      {profile.is_staff && (
        <ShieldCheck
          role="img"
          aria-label={t("timeline.staff")}
          className="size-3.5 shrink-0 text-ink-3"
        />
      )}
      <RoleIcon role={role} />
    </>
  );
  const row =
    "flex h-10 w-full items-center gap-2.5 rounded-control px-2.5 max-md:h-12 [@media(hover:none)]:pe-11";
  const whisper = () => {
    onLeave?.();
    // A sheet gives the focus back to its opener when it goes: after that it is the composer's.
    setTimeout(() => whisperTo(room.id, profile.id), 50);
  };
  const menuButton: ComponentProps<typeof Loaded>["trigger"] = (props) => (
    <IconButton
      {...props}
      label={t("members.actions", { name })}
      icon={<Ellipsis className="size-4" />}
    />
  );
  return (
    <li className="group/member relative">
      {isMe ? (
        <div className={row}>{body}</div>
      ) : (
        <button
          type="button"
          aria-busy={busy}
          data-tooltip={t("people.message")}
          onClick={message}
          className={cx(row, "hover:bg-hover")}
        >
          {body}
        </button>
      )}
      {!isMe && (
        <span className="absolute end-1 top-1/2 flex -translate-y-1/2 rounded-control opacity-0 [@media(hover:hover)]:bg-raised [@media(hover:hover)]:shadow-bar group-focus-within/member:opacity-100 group-hover/member:opacity-100 [@media(hover:none)]:opacity-100">
          {/* A finger has the press on the row and the menu: three buttons would leave no room for the name. */}
          <span className="flex [@media(hover:none)]:hidden">
            {isHere && (
              <IconButton
                label={t("members.whisper", { name })}
                icon={<EyeOff className="size-4" />}
                onClick={whisper}
              />
            )}
            <IconButton
              label={t("people.message_named", { name })}
              icon={<MessageCircle className="size-4" />}
              onClick={message}
            />
          </span>
          <LazyMenu trigger={menuButton} load={loadMenu}>
            <MemberMenu
              room={room}
              member={member}
              name={name}
              owns={owns}
              manages={manages}
              trigger={menuButton}
              onMessage={message}
              onWhisper={isHere ? whisper : undefined}
              onLeave={onLeave}
            />
          </LazyMenu>
        </span>
      )}
    </li>
  );
}

const ROLE_ICONS = { owner: Crown, moderator: Wrench, member: null };

/** What somebody is in this room, where they are more than a member. */
function RoleIcon({ role }: { role: Member["role"] }) {
  const Icon = ROLE_ICONS[role];
  return (
    Icon && (
      <Icon
        role="img"
        aria-label={t(`members.role.${role}`)}
        className="size-3.5 shrink-0 text-ink-3"
      />
    )
  );
}
