import { ArrowDown } from "lucide-react";
import { useRef } from "react";
import { t } from "../../i18n";
import type { Me, Room, RoomWindow } from "../../realtime/types";
import { countNewAfter } from "./held";
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
  const seen = useRef(newest);
  if (scroll.isTail) seen.current = newest;
  const count = window.hasAfter
    ? (room.me?.unread ?? 0)
    : countNewAfter(window.rows, seen.current, me.id);
  if (scroll.isTail || window.rows.length === 0) return null;
  if (count === 0 && !scroll.isFar && !window.hasAfter) return null;
  if (count === 0) {
    return (
      <button
        type="button"
        aria-label={t("timeline.to_newest")}
        onClick={scroll.toTail}
        className="absolute bottom-3 left-1/2 flex size-9 -translate-x-1/2 items-center justify-center rounded-full bg-raised text-ink-2 shadow-bar hover:text-ink"
      >
        <ArrowDown aria-hidden="true" className="size-[1.125rem]" />
      </button>
    );
  }
  return (
    <button
      type="button"
      onClick={scroll.toTail}
      className="absolute bottom-3 left-1/2 flex h-9 -translate-x-1/2 items-center gap-2 rounded-full bg-accent px-3.5 text-13 font-medium whitespace-nowrap text-accent-ink shadow-float hover:bg-accent-hover"
    >
      <ArrowDown aria-hidden="true" className="size-4" />
      {t("timeline.new_messages", { count })}
    </button>
  );
}
