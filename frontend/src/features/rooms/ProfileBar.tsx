import { Settings } from "lucide-react";
import { type ComponentProps, lazy } from "react";
import { useLocation } from "wouter";
import type { ProfileMenu as Loaded } from "../../app/ProfileMenu";
import { t, withTexts } from "../../i18n";
import { usePresence } from "../../realtime/presence";
import { selectMe } from "../../realtime/selectors";
import { useStore } from "../../realtime/store";
import { Avatar } from "../../ui/avatar";
import { IconButton } from "../../ui/icon-button";
import { LazyMenu } from "../../ui/lazy-menu";
import { presenceLabel } from "../../ui/presence-label";

const loadMenu = () =>
  withTexts("menu", withTexts("notify", import("../../app/ProfileMenu"))).then((module) => ({
    default: module.ProfileMenu,
  }));
const ProfileMenu = lazy(loadMenu);

/** The viewer at the foot of the sidebar: the menu of the account, and the gear. */
export function ProfileBar() {
  const me = useStore(selectMe);
  const presence = usePresence(me) ?? "offline";
  const [, navigate] = useLocation();
  if (!me) return null;
  const trigger: ComponentProps<typeof Loaded>["trigger"] = (props) => (
    <button
      {...props}
      type="button"
      className="flex h-12 min-w-0 flex-1 items-center gap-2.5 rounded-control px-1 text-start hover:bg-hover"
    >
      <Avatar
        userId={me.id}
        name={me.display_name}
        url={me.avatar_url}
        size={30}
        presence={presence}
        ground="app"
      />
      <span className="min-w-0 flex-1">
        <span dir="auto" className="block truncate text-13 font-semibold tracking-name">
          {me.display_name}
        </span>
        <span className="block truncate text-12 text-ink-2">
          {me.status_text || presenceLabel(presence)}
        </span>
      </span>
    </button>
  );
  return (
    <div className="flex shrink-0 items-center gap-1 px-3 pb-3">
      <LazyMenu trigger={trigger} load={loadMenu}>
        <ProfileMenu trigger={trigger} />
      </LazyMenu>
      <IconButton
        label={t("nav.settings")}
        icon={<Settings className="size-[1.125rem]" />}
        onClick={() => navigate("/settings/")}
      />
    </div>
  );
}
