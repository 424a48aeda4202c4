import { type MouseEvent, type RefObject, useEffect, useState } from "react";
import { focusComposer } from "../../app/view";
import { t } from "../../i18n";
import { clock } from "../../lib/time";
import { clearNewLine, jumpTo, markRead } from "../../realtime/store";
import type { Me, Room, RoomWindow } from "../../realtime/types";
import { countNewAfter } from "./held";
import type { useScroll } from "./use-scroll";

type UnreadBarProps = {
  room: Room;
  window: RoomWindow;
  me: Me;
  scroller: RefObject<HTMLElement | null>;
  /** Changes whenever the list has come to rest somewhere. */
  visibleSeq: number | null;
  drawn: ReturnType<typeof useScroll>["drawn"];
};

/** While the New line is above what can be seen: how much is new, a way there, and a way to be done with it. */
export default function UnreadBar(props: UnreadBarProps) {
  const { room, window, me, scroller, visibleSeq, drawn } = props;
  const { rows, newAfter } = window;
  const hasBefore = window.hasBefore || drawn.from !== null;
  const firstSeq = drawn.from ?? rows[0]?.seq ?? 0;
  const [isAbove, setAbove] = useState(false);

  // biome-ignore lint/correctness/useExhaustiveDependencies: looked at again when the list rests somewhere else
  useEffect(() => {
    const line = scroller.current?.querySelector("#new-line");
    const edge = scroller.current?.getBoundingClientRect().top ?? 0;
    setAbove(
      line ? line.getBoundingClientRect().bottom < edge : hasBefore && firstSeq > (newAfter ?? 0),
    );
  }, [scroller, rows, newAfter, hasBefore, firstSeq, visibleSeq]);

  if (newAfter === null || !isAbove) return null;
  const count = countNewAfter(rows, newAfter, me.id);
  const first = rows.find((message) => message.seq > newAfter && message.author.id !== me.id);
  if (count === 0 || !first) return null;

  const isWhole = (rows[0]?.seq ?? 0) <= newAfter + 1;

  const jump = async (event: MouseEvent) => {
    const isByKey = isKey(event);
    if (!isWhole && !scroller.current?.querySelector("#new-line")) await jumpTo(room.id, newAfter);
    requestAnimationFrame(() => {
      // Of what is held now only a part may be in the page, and one frame later it is.
      drawn.show(newAfter + 1);
      requestAnimationFrame(() => arrive(isByKey));
    });
  };
  const arrive = (isByKey: boolean) => {
    const all = [...(scroller.current?.querySelectorAll<HTMLElement>(PLACES) ?? [])];
    const at = Math.max(
      0,
      all.findIndex(({ id }) => id === "new-line"),
    );
    all[at]?.scrollIntoView({ block: "center" });
    // The bar goes away, and the focus with it: whoever has no mouse reads on from here.
    if (isByKey) all.slice(at).find(isRow)?.focus({ preventScroll: true });
  };
  const done = (event: MouseEvent) => {
    clearNewLine(room.id);
    // Not the last row: newer ones may not be held.
    markRead(room.id, room.head);
    if (isKey(event) && !focusComposer()) scroller.current?.focus();
  };
  return (
    <div className="flex h-9 items-center gap-4 bg-accent px-5 text-13 font-medium text-accent-ink max-md:px-4">
      <p className="min-w-0 flex-1 truncate">
        {isWhole
          ? t("timeline.new_since", { count, time: clock(first.created_at) })
          : t("timeline.new_messages", { count: Math.max(count, room.me?.unread ?? 0) })}
      </p>
      <button
        type="button"
        className="tap shrink-0 outline-current hover:underline"
        onClick={(event) => void jump(event)}
      >
        {t("timeline.jump")}
      </button>
      <button type="button" className="tap shrink-0 outline-current hover:underline" onClick={done}>
        {t("timeline.mark_read")}
      </button>
    </div>
  );
}

const PLACES = "#new-line, [data-row]";
const isRow = (element: HTMLElement) => element.dataset.row !== undefined;

/** Buttons are clicked by keys as well, without a count of clicks. */
function isKey({ detail }: MouseEvent): boolean {
  return detail === 0;
}
