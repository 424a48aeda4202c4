import { t } from "../../i18n";
import { groupKey } from "./data";

type EmojiGroupBarProps = {
  /** Each with the emoji that stands for it. */
  groups: readonly (readonly [group: string, emoji: string])[];
  onGo: (group: string) => void;
};

/** Leads to the groups of the grid. */
export function EmojiGroupBar({ groups, onGo }: EmojiGroupBarProps) {
  return (
    <div className="flex h-10 shrink-0 items-center justify-between border-t border-line px-2 max-md:h-12">
      {groups.map(([group, emoji]) => (
        <button
          key={group}
          type="button"
          aria-label={t(groupKey(group))}
          data-tooltip={t(groupKey(group))}
          onClick={() => onGo(group)}
          className="flex size-8 items-center justify-center rounded-control text-16 opacity-80 max-md:h-11 max-md:flex-1 hover:bg-hover hover:opacity-100"
        >
          <span aria-hidden="true" className="font-emoji">
            {group === "recent" ? "🕘" : emoji}
          </span>
        </button>
      ))}
    </div>
  );
}
