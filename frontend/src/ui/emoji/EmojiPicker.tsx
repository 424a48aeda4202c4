import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from "react";
import { t } from "../../i18n";
import { isComposing, isTouch } from "../../lib/platform";
import { type Emoji, searchEmoji, TONES, toned, useEmoji } from "./data";
import { EmojiGrid, type Section } from "./EmojiGrid";
import { EmojiGroupBar } from "./EmojiGroupBar";
import { move, rowsOf } from "./moves";
import { recentEmoji, rememberEmoji, setSkinTone, skinTone } from "./recent";

const RECENT_MAX = 18;
/** The first groups are drawn at once, the others a moment later: nobody scrolls that fast. */
const GROUPS_FIRST = 2;

/** A field that searches and the emoji under it. The focus stays in the field; the arrows walk through the grid. */
export default function EmojiPicker({ onPick }: { onPick: (emoji: string) => void }) {
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const grid = useRef<HTMLDivElement>(null);
  const groups = useEmoji();
  const [query, setQuery] = useState("");
  const [tone, setTone] = useState(skinTone);
  const [isWhole, setWhole] = useState(false);
  const [recent] = useState(() => recentEmoji(RECENT_MAX));
  /** The cell that Enter takes: its row and its place in it; null until the arrows are used. */
  const [at, setAt] = useState<readonly [number, number] | null>(null);

  useEffect(() => {
    // A finger would bring up the keyboard over the emoji: a sheet then begins in the grid.
    if (isTouch()) grid.current?.setAttribute("autofocus", "");
    else field.current?.focus({ preventScroll: true });
    const timer = setTimeout(() => setWhole(true), 50);
    return () => clearTimeout(timer);
  }, []);

  const sections = useMemo((): Section[] => {
    if (!groups || groups === "failed") return [];
    if (query.trim()) return [{ group: "results", emoji: searchEmoji(groups, query) }];
    const used = recent.map((emoji): Emoji => find(groups, emoji) ?? [emoji, emoji, "", ""]);
    const all = groups.map(([group, emoji]): Section => ({ group, emoji }));
    return [{ group: "recent", emoji: used }, ...(isWhole ? all : all.slice(0, GROUPS_FIRST))];
  }, [groups, query, recent, isWhole]);
  const rows = useMemo(() => rowsOf(sections.map(({ emoji }) => emoji)), [sections]);
  const isSearching = query.trim() !== "";
  const active = at ?? (isSearching && rows.length > 0 ? ([0, 0] as const) : null);
  const activeId = active ? `${id}-${active[0]}-${active[1]}` : undefined;

  useEffect(() => {
    if (activeId) document.getElementById(activeId)?.scrollIntoView({ block: "nearest" });
  }, [activeId]);

  const pick = (emoji: Emoji | undefined) => {
    if (!emoji) return;
    const chosen = toned(emoji, tone);
    rememberEmoji(chosen);
    onPick(chosen);
  };

  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (isComposing(event.nativeEvent)) return;
    if (event.key === "Enter") {
      event.preventDefault();
      if (active) pick(rows[active[0]]?.[active[1]]);
      return;
    }
    // Until the arrows have gone down into the grid, left and right belong to the text.
    const isText = at === null && isSearching;
    const next = move(event.key, active, rows, isText);
    if (!next) return;
    event.preventDefault();
    setAt(next);
  };

  return (
    <div className="flex h-96 max-h-full w-85 max-w-full min-h-0 flex-col max-md:h-[60dvh] max-md:w-full">
      <div className="flex items-center gap-1 p-2">
        <div className="input-shell flex h-9 min-w-0 flex-1 max-md:h-11">
          <input
            ref={field}
            type="text"
            role="combobox"
            aria-label={t("emoji.search")}
            aria-expanded="true"
            aria-haspopup="grid"
            aria-controls={`${id}-grid`}
            aria-activedescendant={activeId}
            aria-autocomplete="list"
            autoComplete="off"
            spellCheck={false}
            placeholder={t("emoji.search")}
            value={query}
            onChange={(event) => {
              setQuery(event.currentTarget.value);
              setAt(null);
              if (grid.current) grid.current.scrollTop = 0;
            }}
            onKeyDown={onKeyDown}
            className="min-w-0 flex-1 rounded-input bg-transparent px-3 text-15"
          />
        </div>
        <button
          type="button"
          aria-label={t("emoji.tone", { number: TONES.indexOf(tone) + 1, total: TONES.length })}
          data-tooltip={t("emoji.tone_next")}
          onClick={() => {
            const next = TONES[(TONES.indexOf(tone) + 1) % TONES.length] ?? "";
            setTone(next);
            setSkinTone(next);
          }}
          className="tap flex size-9 shrink-0 items-center justify-center rounded-control text-20 hover:bg-hover"
        >
          <span aria-hidden="true" className="font-emoji">{`✋${tone}`}</span>
        </button>
      </div>
      <EmojiGrid
        id={id}
        ref={grid}
        sections={sections}
        active={active}
        tone={tone}
        onPick={(row, column) => pick(rows[row]?.[column])}
      />
      <p role="status" className="px-4 text-14 text-ink-2">
        {groups === "failed" && t("emoji.failed")}
        {isSearching && rows.length === 0 && groups && t("emoji.none")}
      </p>
      {!isSearching && (
        <EmojiGroupBar
          groups={sections.map(({ group, emoji }) => [group, emoji[0]?.[0] ?? ""] as const)}
          onGo={(group) => {
            const section = grid.current?.querySelector<HTMLElement>(`[data-group="${group}"]`);
            if (grid.current && section) grid.current.scrollTop = section.offsetTop;
          }}
        />
      )}
    </div>
  );
}

/** The row of an emoji, whatever its skin tone. */
function find(groups: readonly (readonly [string, readonly Emoji[]])[], emoji: string) {
  const bare = emoji.replace(/\p{Emoji_Modifier}/gu, "").replaceAll("\uFE0F", "");
  for (const [, rows] of groups) {
    const row = rows.find(([other]) => other.replaceAll("\uFE0F", "") === bare);
    // Its own tone was chosen when it was used: it is offered as it was.
    if (row) return [emoji, row[1], row[2], row[3]] as const;
  }
  return undefined;
}
