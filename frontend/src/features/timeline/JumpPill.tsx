import { ArrowDown } from "lucide-react";
import { type MouseEvent, useRef } from "react";
import { focusComposer } from "../../app/view";
import { t } from "../../i18n";
import { cx } from "../../lib/cx";
import type { Me, Room, RoomWindow } from "../../realtime/types";
import { countNewAfter } from "./held";
import { forgetRow } from "./log-keys";
import type { useScroll } from "./use-scroll";

type JumpPillProps = {
  room: Room;
  window: RoomWindow;
  me: Me;
  scroll: ReturnType<typeof useScroll>;
};

/** Leads back to the newest row: blue with a number when something came since, else a round arrow. */
export function JumpPill({ room, window, me, scroll }: JumpPillProps) {
  const newest = window.rows.at(-1)?.seq ?? 0;
  const seen = useRef(0);
  if (scroll.isTail) seen.current = newest;
  // Whoever comes back to a place farther up has not seen what came meanwhile.
  else seen.current ||= room.me?.unread ? room.me.last_read_seq : newest;
  const count = window.hasAfter
    ? (room.me?.unread ?? 0)
    : countNewAfter(window.rows, seen.current, me.id);
  if (scroll.isTail || window.rows.length === 0) return null;
  if (count === 0 && !scroll.isFar && !window.hasAfter) return null;
  const jump = (event: MouseEvent) => {
    scroll.toTail();
    forgetRow();
    // The pill goes away, and the focus with it: whoever pressed it by a key goes on where one writes, or reads.
    if (event.detail === 0 && !focusComposer()) focusLog();
  };
  return (
    <div className="absolute bottom-3 left-1/2 -translate-x-1/2">
      <button
        type="button"
        aria-label={count === 0 ? t("timeline.to_newest") : undefined}
        onClick={jump}
        className={cx(
          "tap flex h-9 items-center justify-center gap-2 rounded-full",
          count === 0
            ? "w-9 bg-raised text-ink-2 shadow-bar hover:text-ink"
            : "bg-accent px-3.5 text-13 font-medium whitespace-nowrap text-accent-ink shadow-float hover:bg-accent-hover",
        )}
      >
        <ArrowDown aria-hidden="true" className="size-4.5" />
        {count > 0 && t("timeline.new_messages", { count })}
      </button>
    </div>
  );
}

function focusLog() {
  document.querySelector<HTMLElement>("[role=log]")?.focus();
}
