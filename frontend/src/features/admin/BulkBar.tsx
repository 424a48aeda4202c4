import { t } from "../../i18n";
import { Button } from "../../ui/button";
import type { Action, AnyNoun } from "./types";

type BulkBarProps = {
  noun: AnyNoun;
  count: number;
  onRun: (action: Action) => void;
  onNone: () => void;
};

/** What can be done to the chosen ones; stays in sight at the bottom. */
export function BulkBar({ noun, count, onRun, onNone }: BulkBarProps) {
  return (
    <div
      role="toolbar"
      aria-label={t("admin.actions")}
      className="sticky bottom-3 flex flex-wrap items-center gap-2 rounded-panel bg-raised p-2 ps-4 shadow-float"
    >
      <p role="status" className="me-auto text-14">
        {t("admin.chosen", { count })}
      </p>
      {noun.actions.map((action) => (
        <Button
          key={action.name}
          size="small"
          className="max-md:h-11"
          onClick={() => onRun(action)}
        >
          {t(action.label)}
        </Button>
      ))}
      <Button size="small" variant="ghost" className="max-md:h-11" onClick={onNone}>
        {t("admin.choose_none")}
      </Button>
    </div>
  );
}
