import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import { onShowTail } from "../../app/show-tail";
import { jumpToTail, loadNewer, loadOlder, setAtTail } from "../../realtime/store";
import type { RoomWindow } from "../../realtime/types";
import { distances, Gate, isAtTail } from "./anchor";
import { shouldHold } from "./held";
import { isRemembered, remember, restore } from "./scroll-memory";
import { useDrawn } from "./use-drawn";

/** A list counts as moving until this long after its last scroll event. */
const MOVING_MS = 150;

type Scroll = {
  onScroll: () => void;
  toTail: () => void;
  isTail: boolean;
  /** The newest `seq` that rows are shown of; null: all. */
  heldAfter: number | null;
  /** Farther above the tail than one screen. */
  isFar: boolean;
  drawn: ReturnType<typeof useDrawn>;
};

/** Where the reader is in a room's timeline, and what follows from it: loading, holding, following the tail. */
export function useScroll(
  scroller: RefObject<HTMLElement | null>,
  window: RoomWindow,
  onSettled: () => void,
): Scroll {
  const { roomId, rows, hasBefore, hasAfter, failed } = window;
  const [position, setPosition] = useState(() => ({
    isTail: !isRemembered(roomId),
    isFar: false,
  }));
  const [heldAfter, setHeldAfter] = useState<number | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const gates = useRef({ older: new Gate(), newer: new Gate() });
  const newest = rows.at(-1)?.seq ?? 0;
  const drawn = useDrawn(scroller, window, position.isTail);
  const { fill } = drawn;
  const isWhole = drawn.from === null;

  const settle = useCallback(
    (isMoving: boolean) => {
      const element = scroller.current;
      if (!element) return;
      const { above, below } = distances(element);
      const isTail = isAtTail(element.scrollTop) && !hasAfter;
      const isFar = below > element.clientHeight;
      setPosition((before) =>
        before.isTail === isTail && before.isFar === isFar ? before : { isTail, isFar },
      );
      setAtTail(roomId, isTail);
      // Where the tail is not held nothing arrives but what was asked for, and that is never held back.
      const hold =
        !hasAfter &&
        shouldHold({ isAtTail: isTail, isMoving, below, height: element.clientHeight });
      setHeldAfter((before) => (hold ? (before ?? newest) : null));
      if (!isWhole) fill(isMoving);
      else if (hasBefore && gates.current.older.pass(above)) void loadOlder(roomId);
      if (hasAfter && gates.current.newer.pass(below)) void loadNewer(roomId);
      if (!isMoving) {
        remember(roomId, element);
        onSettled();
      }
    },
    [scroller, roomId, hasBefore, hasAfter, newest, isWhole, fill, onSettled],
  );

  const onScroll = useCallback(() => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => settle(false), MOVING_MS);
    settle(true);
  }, [settle]);

  const toTail = useCallback(async () => {
    setHeldAfter(null);
    await jumpToTail(roomId);
    // After the rows of the tail are in the page.
    requestAnimationFrame(() => {
      const element = scroller.current;
      if (element) element.scrollTop = 0;
    });
  }, [roomId, scroller]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a page came: its direction may load again
  useEffect(() => {
    // After a failure it waits for whoever asks again, or for the next socket: that one clears it.
    if (!failed) {
      gates.current.older.rearm();
      gates.current.newer.rearm();
    }
    settle(false);
  }, [rows, failed, settle]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: once, as soon as there are rows to stand on
  useLayoutEffect(() => {
    if (scroller.current && rows.length > 0) restore(roomId, scroller.current);
  }, [roomId, rows.length > 0]);

  useEffect(() => onShowTail((shown) => shown === roomId && void toTail()), [roomId, toTail]);
  useEffect(() => () => clearTimeout(timer.current), []);

  return { onScroll, toTail: () => void toTail(), heldAfter, drawn, ...position };
}
