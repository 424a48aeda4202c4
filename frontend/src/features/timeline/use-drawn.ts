import { type RefObject, useCallback, useEffect, useReducer, useRef } from "react";
import { useTalk } from "../../app/talk";
import type { RoomWindow } from "../../realtime/types";
import { distances, LOAD_AHEAD_PX } from "./anchor";
import { follow, reach, screenful } from "./drawn";
import { isRemembered } from "./scroll-memory";

/** At the tail rows above come once nothing else has come for so long. */
const CALM_MS = 150;

type Drawn = {
  /** The `seq` of the first row that is in the page; null: all that are held are. */
  from: number | null;
  /** Draws the row at `seq` too; whether it is held. */
  show: (seq: number) => boolean;
  /** Draws more above, if the reader is near the first; call when the list moved. */
  fill: (isMoving: boolean) => void;
};

type State = {
  from: number | null;
  edited: number | null;
  /** The newest row so far. */
  seen: number;
  rows: RoomWindow["rows"];
};

/** Keeps as few of the held rows in the page as the reader can get to see soon. */
export function useDrawn(
  scroller: RefObject<HTMLElement | null>,
  { roomId, rows, hasAfter }: RoomWindow,
  isTail: boolean,
): Drawn {
  const edited = useTalk((talk) => talk.editing);
  const [, renderAgain] = useReducer((count: number) => count + 1, 0);
  const state = useRef<State>({
    from: null,
    edited: null,
    // Whoever comes back to a place finds it.
    seen: isRemembered(roomId) ? Number.POSITIVE_INFINITY : 0,
    rows: [],
  });
  const now = state.current;
  if (now.rows !== rows || now.edited !== edited) {
    now.from = follow(now.from, rows, {
      seen: now.seen,
      isTail: isTail && !hasAfter,
      screen: screenful(window.innerHeight),
      kept: rows.find(({ id }) => id === edited)?.seq ?? focusedSeq(scroller.current),
    });
    now.rows = rows;
    now.edited = edited;
    if (rows.length > 0) now.seen = rows.at(-1)?.seq ?? 0;
  }
  const { from } = now;

  const show = useCallback((seq: number) => {
    const { rows, from } = state.current;
    if (seq < (rows[0]?.seq ?? Number.POSITIVE_INFINITY)) return false;
    if (from !== null && seq < from) {
      state.current.from = reach(seq, rows);
      renderAgain();
    }
    return true;
  }, []);

  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const fill = useCallback(
    (isMoving: boolean) => {
      clearTimeout(timer.current);
      const first = state.current.from;
      if (first === null || !scroller.current) return;
      if (distances(scroller.current).above >= LOAD_AHEAD_PX) return;
      const isHasty = isMoving || scroller.current.scrollTop !== 0;
      timer.current = setTimeout(() => show(first - 1), isHasty ? 0 : CALM_MS);
    },
    [scroller, show],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: looked at again after each time that rows came
  useEffect(() => {
    fill(false);
    return () => clearTimeout(timer.current);
  }, [from, rows, fill]);

  return { from, show, fill };
}

/** The row that has the focus, or has something in it that does. */
function focusedSeq(scroller: HTMLElement | null): number | null {
  const seq = scroller?.querySelector(":focus")?.closest<HTMLElement>("[data-seq]")?.dataset.seq;
  return seq ? Number(seq) : null;
}
