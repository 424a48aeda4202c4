import type { Presence } from "../api/types";
import { t } from "../i18n";

/** "Online", "Away", "Do not disturb", "Offline". */
export function presenceLabel(presence: Presence): string {
  return t(`presence.${presence}`);
}
