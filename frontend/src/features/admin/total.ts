import { formatTag, t } from "../../i18n";

/** Lists are counted to 10,000. */
export function totalText(total: number): string {
  return total > 10_000 ? t("admin.many") : total.toLocaleString(formatTag());
}
