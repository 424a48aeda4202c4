import { type RefObject, useCallback, useEffect, useRef, useState } from "react";
import { useSearch } from "wouter/use-browser-location";
import { onShowMessage } from "../../app/show-message";
import { getState, jumpTo, store } from "../../realtime/store";
import type { RoomId } from "../../realtime/types";

const HIGHLIGHT_MS = 2000;
/** Rows that were loaded are in the page within a frame or two. */
const FRAMES_MAX = 30;

/**
 * Goes to a message, puts it in the middle and marks it for 2 s: the one that the address names (`?at=<seq>`), or that
 * something on the screen leads to. Answers the marked `seq`.
 */
export function usePermalink(
  roomId: RoomId,
  scroller: RefObject<HTMLElement | null>,
  draw: (seq: number) => boolean,
): number | null {
  const at = new URLSearchParams(useSearch()).get("at");
  const named = at && /^[1-9]\d{0,15}$/.test(at) ? Number(at) : null;
  const [marked, setMarked] = useState<number | null>(null);
  const turn = useRef(0);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  const show = useCallback(
    async (seq: number) => {
      turn.current += 1;
      const mine = turn.current;
      await settled(roomId);
      if (!isHeld(roomId, seq) && !(await jumpTo(roomId, seq))) return;
      if (mine !== turn.current) return;
      setMarked(seq);
      center(scroller, seq, draw, FRAMES_MAX);
      clearTimeout(timer.current);
      timer.current = setTimeout(() => setMarked(null), HIGHLIGHT_MS);
    },
    [roomId, scroller, draw],
  );

  useEffect(() => {
    if (named !== null) void show(named);
  }, [named, show]);
  useEffect(() => onShowMessage((room, seq) => room === roomId && void show(seq)), [roomId, show]);
  useEffect(
    () => () => {
      turn.current += 1;
      clearTimeout(timer.current);
    },
    [],
  );
  return marked;
}

/** A room that is being entered gets its newest page: a jump before that would be undone by it. */
function settled(roomId: RoomId): Promise<void> {
  const isSettled = () => {
    const window = getState().windows[roomId];
    return window !== undefined && !window.loading.whole && (window.isLoaded || window.failed);
  };
  if (isSettled()) return Promise.resolve();
  return new Promise((resolve) => {
    const stop = store.subscribe(() => {
      if (!isSettled()) return;
      stop();
      resolve();
    });
  });
}

function isHeld(roomId: RoomId, seq: number): boolean {
  return getState().windows[roomId]?.rows.some((row) => row.seq === seq) ?? false;
}

function center(
  scroller: RefObject<HTMLElement | null>,
  seq: number,
  draw: (seq: number) => boolean,
  frames: number,
) {
  draw(seq);
  requestAnimationFrame(() => {
    const row = scroller.current?.querySelector(`[data-seq="${seq}"]`);
    if (row) row.scrollIntoView({ block: "center" });
    else if (frames > 0) center(scroller, seq, draw, frames - 1);
  });
}
