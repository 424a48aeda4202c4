import { t } from "../../i18n";
import { Button } from "../../ui/button";
import { totalText } from "./total";
import type { Action, AnyNoun } from "./types";

type BulkBarProps = {
  noun: AnyNoun;
  count: number;
  /** How many the present filter finds; null where that is not known. */
  total: number | null;
  /** Not only those of this page, but everything that is found. */
  isAll: boolean;
  /** Undefined where this page is everything. */
  onAll: (() => void) | undefined;
  onRun: (action: Action) => void;
  onNone: () => void;
};

/** What can be done to the chosen ones; stays in sight at the bottom. */
export function BulkBar({ noun, count, total, isAll, onAll, onRun, onNone }: BulkBarProps) {
  const found = total === null ? t("admin.many") : totalText(total);
  return (
    <div
      role="toolbar"
      aria-label={t("admin.actions")}
      className="sticky bottom-3 flex flex-wrap items-center gap-2 rounded-panel bg-raised p-2 ps-4 shadow-float"
    >
      <p role="status" className="me-auto text-14">
        {isAll ? t("admin.chosen_all", { total: found }) : t("admin.chosen", { count })}
      </p>
      {onAll && !isAll && (
        <Button size="small" variant="ghost" onClick={onAll}>
          {t("admin.choose_found", { total: found })}
        </Button>
      )}
      {noun.actions.map((action) => (
        <Button key={action.name} size="small" onClick={() => onRun(action)}>
          {t(action.label)}
        </Button>
      ))}
      <Button size="small" variant="ghost" onClick={onNone}>
        {t("admin.choose_none")}
      </Button>
    </div>
  );
}
