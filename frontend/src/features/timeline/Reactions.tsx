import { t } from "../../i18n";
import { cx } from "../../lib/cx";
import type { Message, UserId } from "../../realtime/types";

type ReactionsProps = {
  message: Message;
  viewerId: UserId;
  nameOf: (id: UserId) => string | undefined;
  onToggle: (emoji: string, mine: boolean) => void;
};

/** How many names the tooltip lists before it counts the others. */
const NAMES_MAX = 2;

/** Pills under a message; a press adds or takes back one's own. */
export function Reactions({ message, viewerId, nameOf, onToggle }: ReactionsProps) {
  if (message.reactions.length === 0) return null;
  return (
    <ul aria-label={t("timeline.reactions")} className="flex flex-wrap gap-1 pt-1 pb-0.5">
      {message.reactions.map((reaction) => {
        const mine = reaction.user_ids.includes(viewerId);
        const who = reactedBy(reaction.user_ids, reaction.count, nameOf);
        return (
          <li key={reaction.emoji}>
            <button
              type="button"
              aria-pressed={mine}
              aria-label={t("timeline.reaction", {
                emoji: reaction.emoji,
                count: reaction.count,
                who,
              })}
              data-tooltip={who}
              onClick={() => onToggle(reaction.emoji, mine)}
              className={cx(
                "tap inline-flex h-[1.625rem] items-center gap-1.5 rounded-full px-2 text-13 tabular-nums",
                mine
                  ? "bg-accent-soft font-medium text-accent-text shadow-ring-accent"
                  : "bg-hover text-ink-2 hover:bg-active",
              )}
            >
              <span aria-hidden="true" className="font-emoji text-15 leading-none">
                {reaction.emoji}
              </span>
              {reaction.count}
            </button>
          </li>
        );
      })}
    </ul>
  );
}

function reactedBy(
  ids: readonly UserId[],
  count: number,
  nameOf: ReactionsProps["nameOf"],
): string {
  const names = ids.map(nameOf).filter((name): name is string => name !== undefined);
  const shown = names.slice(0, NAMES_MAX);
  const others = count - shown.length;
  const [first, second] = shown;
  if (first === undefined) return t("timeline.reacted_count", { count });
  if (others > 0) return t("timeline.reacted_more", { names: shown.join(", "), count: others });
  return second === undefined ? first : t("timeline.reacted_two", { first, second });
}
