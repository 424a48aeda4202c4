import { Monitor, Moon, Sun } from "lucide-react";
import { setUnreadFirst, useRoomOrder } from "../../app/room-order";
import { setTheme, THEMES, useTheme } from "../../app/theme";
import { t } from "../../i18n";
import { Switch } from "../../ui/switch";
import { ChoiceList } from "./ChoiceList";
import { SettingsSection } from "./SettingsSection";

const ICONS = { system: <Monitor />, light: <Sun />, dark: <Moon /> };

export function AppearanceSection() {
  const theme = useTheme();
  const { isUnreadFirst } = useRoomOrder();
  return (
    <SettingsSection title={t("settings.appearance")} text={t("settings.appearance_text")}>
      <ChoiceList
        label={t("settings.theme")}
        value={theme}
        onChange={setTheme}
        choices={THEMES.map((value) => ({
          value,
          label: t(`settings.theme.${value}`),
          icon: ICONS[value],
        }))}
      />
      <div className="mt-6">
        <Switch
          label={t("settings.unread_first")}
          checked={isUnreadFirst}
          onChange={setUnreadFirst}
        />
      </div>
    </SettingsSection>
  );
}
