import { type RefObject, useEffect, useState } from "react";
import { useSearch } from "wouter";
import { jumpTo } from "../../realtime/store";
import type { RoomId } from "../../realtime/types";

const HIGHLIGHT_MS = 2000;

/** `?at=<seq>`: puts that message in the middle and marks it for 2 s. Answers the marked `seq`. */
export function usePermalink(
  roomId: RoomId,
  scroller: RefObject<HTMLElement | null>,
): number | null {
  const at = new URLSearchParams(useSearch()).get("at");
  const seq = at && /^[1-9]\d{0,15}$/.test(at) ? Number(at) : null;
  const [marked, setMarked] = useState<number | null>(null);

  useEffect(() => {
    if (seq === null) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isCurrent = true;
    jumpTo(roomId, seq).then((isThere) => {
      if (!isCurrent || !isThere) return;
      setMarked(seq);
      requestAnimationFrame(() => {
        scroller.current?.querySelector(`[data-seq="${seq}"]`)?.scrollIntoView({ block: "center" });
      });
      timer = setTimeout(() => setMarked(null), HIGHLIGHT_MS);
    });
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [roomId, seq, scroller]);

  return marked;
}
