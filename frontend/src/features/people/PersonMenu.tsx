import { Ban, MessageCircle, UserRound } from "lucide-react";
import { type ComponentProps, useState } from "react";
import { useLocation } from "wouter";
import type { Profile } from "../../api/types";
import { BlockDialog, unblock } from "../../app/BlockDialog";
import { t } from "../../i18n";
import { useStore } from "../../realtime/store";
import { Menu } from "../../ui/menu";
import { MenuItem, MenuLine } from "../../ui/menu-item";
import { profilePath } from "../../ui/room-name";

type PersonMenuProps = Pick<ComponentProps<typeof Menu>, "trigger"> & {
  profile: Profile;
  onMessage: () => void;
};

/** What one can do with somebody outside of any room. */
export default function PersonMenu({ profile, trigger, onMessage }: PersonMenuProps) {
  const { id, display_name: name } = profile;
  const isBlocked = useStore((state) => state.blocked[id]);
  const [isAsking, setAsking] = useState(false);
  const [, navigate] = useLocation();
  return (
    <>
      <Menu startsOpen label={t("members.actions", { name })} className="w-56" trigger={trigger}>
        {(close) => {
          const then = (run: () => void) => () => {
            close();
            run();
          };
          return (
            <>
              <MenuItem icon={<MessageCircle />} onSelect={then(onMessage)}>
                {t("people.message")}
              </MenuItem>
              <MenuItem
                icon={<UserRound />}
                onSelect={then(() => navigate(profilePath(profile.username)))}
              >
                {t("members.manage.profile")}
              </MenuItem>
              <MenuLine />
              {isBlocked ? (
                <MenuItem icon={<Ban />} onSelect={then(() => void unblock(id, name))}>
                  {t("block.unblock")}
                </MenuItem>
              ) : (
                <MenuItem danger icon={<Ban />} onSelect={then(() => setAsking(true))}>
                  {t("block.block")}
                </MenuItem>
              )}
            </>
          );
        }}
      </Menu>
      {isAsking && <BlockDialog userId={id} name={name} onClose={() => setAsking(false)} />}
    </>
  );
}
