import { memo, type RefObject } from "react";
import { t } from "../../i18n";
import { cx } from "../../lib/cx";
import { type Emoji, groupKey, type Tone, toned } from "./data";
import { type Cell, COLUMNS, rowsOf } from "./moves";

export type Section = { group: string; emoji: readonly Emoji[] };

const HEAD = "2rem";

type EmojiGridProps = {
  /** Cells are `${id}-${row}-${column}`. */
  id: string;
  ref: RefObject<HTMLDivElement | null>;
  sections: readonly Section[];
  active: Cell | null;
  tone: Tone;
  onPick: (row: number, column: number) => void;
};

/**
 * All emoji under the names of their groups. What is out of sight is not laid out. A grid of buttons: no element of
 * HTML is both, and the keys of it belong to the field above, where the focus stays.
 */
export function EmojiGrid({ id, ref, sections, active, tone, onPick }: EmojiGridProps) {
  let first = 0;
  return (
    <div
      ref={ref}
      id={`${id}-grid`}
      role="grid"
      aria-label={t("emoji.title")}
      tabIndex={-1}
      onClick={(event) => {
        const cell = (event.target as Element).closest<HTMLElement>("[data-cell]");
        const [row = 0, column = 0] = cell?.dataset.cell?.split("-").map(Number) ?? [];
        if (cell) onPick(row, column);
      }}
      className="relative min-h-0 flex-1 overflow-y-auto overscroll-contain px-2 outline-none [--row:2.25rem] max-md:[--row:2.75rem]"
    >
      {sections.map(({ group, emoji }) => {
        const start = first;
        const count = Math.ceil(emoji.length / COLUMNS);
        first += count;
        const isHere = active !== null && active[0] >= start && active[0] < start + count;
        return (
          <EmojiSection
            key={group}
            id={id}
            group={group}
            emoji={emoji}
            start={start}
            active={isHere ? active : null}
            tone={tone}
          />
        );
      })}
    </div>
  );
}

type EmojiSectionProps = Section & {
  id: string;
  start: number;
  active: Cell | null;
  tone: Tone;
};

const EmojiSection = memo(function EmojiSection({
  id,
  group,
  emoji,
  start,
  active,
  tone,
}: EmojiSectionProps) {
  if (emoji.length === 0) return null;
  const rows = rowsOf([emoji]);
  const name = t(groupKey(group));
  return (
    <div
      role="rowgroup"
      aria-label={name}
      data-group={group}
      className="[content-visibility:auto]"
      style={{ containIntrinsicBlockSize: `calc(${rows.length} * var(--row) + ${HEAD})` }}
    >
      <div aria-hidden="true" className="flex h-8 items-center px-1 text-12 font-medium text-ink-2">
        {name}
      </div>
      {rows.map((row, at) => (
        <EmojiRow
          // biome-ignore lint/suspicious/noArrayIndexKey: rows are what they hold
          key={at}
          id={id}
          row={row}
          at={start + at}
          active={active?.[0] === start + at ? active[1] : -1}
          tone={tone}
        />
      ))}
    </div>
  );
});

type EmojiRowProps = {
  id: string;
  row: readonly Emoji[];
  at: number;
  active: number;
  tone: Tone;
};

const EmojiRow = memo(
  function EmojiRow({ id, row, at, active, tone }: EmojiRowProps) {
    return (
      <div role="row" aria-rowindex={at + 1} className="grid grid-cols-9">
        {row.map((emoji, column) => (
          <button
            key={emoji[0]}
            type="button"
            role="gridcell"
            tabIndex={-1}
            id={`${id}-${at}-${column}`}
            data-cell={`${at}-${column}`}
            aria-colindex={column + 1}
            aria-label={emoji[1]}
            aria-selected={active === column}
            title={emoji[3] ? `${emoji[1]} :${emoji[3].split(" ")[0]}:` : emoji[1]}
            className={cx(
              "flex h-(--row) items-center justify-center rounded-control font-emoji text-20 hover:bg-hover",
              active === column && "bg-active outline-2 -outline-offset-2 outline-accent",
            )}
          >
            {toned(emoji, tone)}
          </button>
        ))}
      </div>
    );
  },
  // A row is cut anew out of the same emoji each time.
  (a, b) =>
    a.at === b.at &&
    a.active === b.active &&
    a.tone === b.tone &&
    a.row.length === b.row.length &&
    a.row.every((emoji, index) => emoji === b.row[index]),
);
