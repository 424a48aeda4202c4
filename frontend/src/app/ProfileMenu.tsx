import {
  Bell,
  BookOpen,
  Keyboard,
  Languages,
  LogOut,
  Monitor,
  Moon,
  Settings,
  ShieldCheck,
  Sun,
  UserPen,
} from "lucide-react";
import { type ComponentProps, useState } from "react";
import { useLocation } from "wouter";
import type { Presence } from "../api/types";
import { LOCALE_NAMES, LOCALES, setLocale, t, useLocale } from "../i18n";
import { keyNames } from "../lib/platform";
import { usePresence } from "../realtime/presence";
import { selectMe } from "../realtime/selectors";
import { setPresence, signOut, updateMe, useStore } from "../realtime/store";
import { ConfirmDialog } from "../ui/confirm-dialog";
import { errorText } from "../ui/form-errors";
import { Menu } from "../ui/menu";
import { MenuGroup, MenuItem, MenuLine, MenuLink, MenuRadio, MenuSwitch } from "../ui/menu-item";
import { presenceLabel } from "../ui/presence-label";
import { toastError } from "../ui/toast-store";
import { isOn, turnOff, turnOn, useConsent } from "./notify/consent";
import { setTheme, THEMES, type Theme, useTheme } from "./theme";
import { openKeys } from "./view";

const CHOICES: readonly Presence[] = ["online", "away", "busy", "offline"];
const THEME_ICONS = { system: <Monitor />, light: <Sun />, dark: <Moon /> } satisfies Record<
  Theme,
  unknown
>;

/** The viewer's menu: presence, settings, looks, language, the API's documents, signing out. */
export function ProfileMenu({ trigger }: Pick<ComponentProps<typeof Menu>, "trigger">) {
  const me = useStore(selectMe);
  const presence = usePresence(me) ?? "offline";
  const notifies = useConsent(isOn);
  const canAsk = useConsent(
    ({ permission }) => permission === "default" || permission === "granted",
  );
  const theme = useTheme();
  const locale = useLocale();
  const [, navigate] = useLocation();
  const [unsent, setUnsent] = useState(0);

  const leave = async (discardUnsent: boolean) => {
    const outcome = await signOut({ discardUnsent });
    if (!outcome.done) setUnsent(outcome.unsent);
  };
  const choose = (next: (typeof LOCALES)[number]) => {
    void setLocale(next);
    // The server writes its mails and errors in the same language; failing to tell it is no reason to complain.
    updateMe({ locale: next }).catch(() => undefined);
  };

  return (
    <>
      <Menu
        startsOpen
        label={me?.display_name ?? ""}
        trigger={trigger}
        placement="top-start"
        className="w-60"
      >
        {(close) => (
          <>
            <MenuGroup label={t("profile.presence")}>
              {CHOICES.map((choice) => (
                <MenuRadio
                  key={choice}
                  checked={presence === choice}
                  hint={choice === "offline" ? t("profile.offline_hint") : undefined}
                  onSelect={() => {
                    close();
                    setPresence(choice).catch((error) => toastError(errorText(error)));
                  }}
                >
                  {presenceLabel(choice)}
                </MenuRadio>
              ))}
            </MenuGroup>
            <MenuLine />
            <MenuItem
              icon={<UserPen />}
              onSelect={() => {
                close();
                navigate("/settings/profile/");
              }}
            >
              {t("profile.edit")}
            </MenuItem>
            <MenuItem
              icon={<Settings />}
              onSelect={() => {
                close();
                navigate("/settings/");
              }}
            >
              {t("nav.settings")}
            </MenuItem>
            <MenuItem
              icon={<Keyboard />}
              keys={keyNames("Mod+/").join(" ")}
              onSelect={() => {
                close();
                openKeys();
              }}
            >
              {t("keys.title")}
            </MenuItem>
            {me?.is_staff && (
              <MenuItem
                icon={<ShieldCheck />}
                onSelect={() => {
                  close();
                  navigate("/admin/");
                }}
              >
                {t("nav.admin")}
              </MenuItem>
            )}
            <MenuLink icon={<BookOpen />} href="/api/docs/">
              {t("nav.api")}
            </MenuLink>
            {canAsk && (
              <MenuSwitch
                icon={<Bell />}
                checked={notifies}
                onSelect={() => {
                  if (notifies) turnOff();
                  else turnOn().catch((error) => toastError(errorText(error)));
                }}
              >
                {t("notify.setting")}
              </MenuSwitch>
            )}
            <MenuLine />
            <MenuGroup label={t("settings.theme")}>
              {THEMES.map((each) => (
                <MenuRadio
                  key={each}
                  icon={THEME_ICONS[each]}
                  checked={theme === each}
                  onSelect={() => setTheme(each)}
                >
                  {t(`settings.theme.${each}`)}
                </MenuRadio>
              ))}
            </MenuGroup>
            <MenuGroup label={t("settings.language")}>
              {LOCALES.map((each) => (
                <MenuRadio
                  key={each}
                  icon={<Languages />}
                  checked={locale === each}
                  onSelect={() => choose(each)}
                >
                  <span lang={each}>{LOCALE_NAMES[each]}</span>
                </MenuRadio>
              ))}
            </MenuGroup>
            <MenuLine />
            <MenuItem
              icon={<LogOut />}
              onSelect={() => {
                close();
                void leave(false);
              }}
            >
              {t("auth.sign_out")}
            </MenuItem>
          </>
        )}
      </Menu>
      {unsent > 0 && (
        <ConfirmDialog
          danger
          title={t("auth.sign_out_unsent_title")}
          text={t("auth.sign_out_unsent", { count: unsent })}
          action={t("auth.sign_out")}
          onConfirm={() => leave(true)}
          onClose={() => setUnsent(0)}
        />
      )}
    </>
  );
}
