import { type RefObject, useEffect, useState } from "react";
import { t } from "../../i18n";
import { clock } from "../../lib/time";
import { clearNewLine, jumpTo, markRead } from "../../realtime/store";
import type { Me, Room, RoomWindow } from "../../realtime/types";
import { countNewAfter } from "./held";

type UnreadBarProps = {
  room: Room;
  window: RoomWindow;
  me: Me;
  scroller: RefObject<HTMLElement | null>;
  /** Changes whenever the list has come to rest somewhere. */
  visibleSeq: number | null;
};

/** While the New line is above what can be seen: how much is new, a way there, and a way to be done with it. */
export default function UnreadBar({ room, window, me, scroller, visibleSeq }: UnreadBarProps) {
  const { rows, newAfter, hasBefore } = window;
  const [isAbove, setAbove] = useState(false);

  // biome-ignore lint/correctness/useExhaustiveDependencies: looked at again when the list rests somewhere else
  useEffect(() => {
    const line = scroller.current?.querySelector("#new-line");
    const edge = scroller.current?.getBoundingClientRect().top ?? 0;
    setAbove(
      line
        ? line.getBoundingClientRect().bottom < edge
        : hasBefore && (rows[0]?.seq ?? 0) > (newAfter ?? 0),
    );
  }, [scroller, rows, newAfter, hasBefore, visibleSeq]);

  if (newAfter === null || !isAbove) return null;
  const count = countNewAfter(rows, newAfter, me.id);
  const first = rows.find((message) => message.seq > newAfter && message.author.id !== me.id);
  if (count === 0 || !first) return null;

  const jump = async () => {
    if (!scroller.current?.querySelector("#new-line")) await jumpTo(room.id, newAfter);
    requestAnimationFrame(() => {
      const line = scroller.current?.querySelector("#new-line");
      (line ?? scroller.current?.querySelector("[data-row]"))?.scrollIntoView({ block: "center" });
    });
  };
  const done = () => {
    clearNewLine(room.id);
    const newest = rows.at(-1);
    if (newest) markRead(room.id, newest.seq);
  };
  const isWhole = (rows[0]?.seq ?? 0) <= newAfter + 1;
  return (
    <div className="absolute inset-x-0 top-0 flex h-9 items-center gap-4 bg-accent px-5 text-13 font-medium text-accent-ink max-md:px-4">
      <p className="min-w-0 flex-1 truncate">
        {isWhole
          ? t("timeline.new_since", { count, time: clock(first.created_at) })
          : t("timeline.new_messages", { count: Math.max(count, room.me?.unread ?? 0) })}
      </p>
      <button
        type="button"
        className="tap shrink-0 outline-current hover:underline"
        onClick={() => void jump()}
      >
        {t("timeline.jump")}
      </button>
      <button type="button" className="tap shrink-0 outline-current hover:underline" onClick={done}>
        {t("timeline.mark_read")}
      </button>
    </div>
  );
}
