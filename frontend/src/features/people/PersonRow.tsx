import { Ellipsis, MessageSquare } from "lucide-react";
import { type ComponentProps, lazy, useState } from "react";
import { Link, useLocation } from "wouter";
import type { Profile } from "../../api/types";
import { t, withTexts } from "../../i18n";
import { usePresence } from "../../realtime/presence";
import { selectMe } from "../../realtime/selectors";
import { openDirect, useStore } from "../../realtime/store";
import { Avatar } from "../../ui/avatar";
import { Button } from "../../ui/button";
import { Chip } from "../../ui/chip";
import { errorText } from "../../ui/form-errors";
import { IconButton } from "../../ui/icon-button";
import { LazyMenu } from "../../ui/lazy-menu";
import { presenceLabel } from "../../ui/presence-label";
import { profilePath, roomPath } from "../../ui/room-name";
import { toastError } from "../../ui/toast-store";
import type Loaded from "./PersonMenu";

const loadMenu = () => withTexts("rooms", import("./PersonMenu"));
const PersonMenu = lazy(loadMenu);

/** One person of the list. */
export function PersonRow({ profile }: { profile: Profile }) {
  const isMe = useStore((state) => selectMe(state)?.id === profile.id);
  const presence = usePresence(profile);
  const [, navigate] = useLocation();
  const [busy, setBusy] = useState(false);

  const message = async () => {
    setBusy(true);
    try {
      const room = await openDirect(profile.id);
      navigate(roomPath(room.id));
    } catch (error) {
      toastError(errorText(error));
      setBusy(false);
    }
  };

  const menuButton: ComponentProps<typeof Loaded>["trigger"] = (props) => (
    <IconButton
      {...props}
      className="max-md:size-11"
      label={t("members.actions", { name: profile.display_name })}
      icon={<Ellipsis className="size-4" />}
    />
  );
  return (
    <>
      <Avatar
        userId={profile.id}
        name={profile.display_name}
        url={profile.avatar_url}
        size={40}
        presence={presence}
      />
      <span className="min-w-0 flex-1">
        <span className="flex items-center gap-2">
          <Link
            href={profilePath(profile.username)}
            dir="auto"
            className="truncate text-15 font-semibold tracking-name hover:underline"
          >
            {profile.display_name}
          </Link>
          {profile.is_staff && <Chip>{t("timeline.staff")}</Chip>}
        </span>
        <span className="block truncate text-13 text-ink-2">
          {`@${profile.username} · `}
          {profile.status_text || <span className="lowercase">{presenceLabel(presence)}</span>}
        </span>
      </span>
      {isMe ? (
        <span className="text-13 text-ink-2">{t("people.you")}</span>
      ) : (
        <>
          <Button
            busy={busy}
            onClick={message}
            aria-label={t("people.message_named", { name: profile.display_name })}
            icon={<MessageSquare aria-hidden="true" className="size-4" />}
            className="max-md:w-11 max-md:px-0"
          >
            <span className="max-md:hidden">{t("people.message")}</span>
          </Button>
          <LazyMenu trigger={menuButton} load={loadMenu}>
            <PersonMenu profile={profile} trigger={menuButton} onMessage={message} />
          </LazyMenu>
        </>
      )}
    </>
  );
}
