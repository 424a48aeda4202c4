import { useEffect, useState } from "react";
import { markRead } from "../../realtime/store";
import type { Room } from "../../realtime/types";

/** This long a row must have been on the screen before it counts as read. */
const READ_AFTER_MS = 1000;

/** Marks what was really seen: on the screen for a second, in a visible page of a focused window. */
export function useReadMark(room: Room, visibleSeq: number | null) {
  const isAttentive = useAttention();
  const lastRead = room.me?.last_read_seq ?? null;
  const roomId = room.id;
  useEffect(() => {
    if (!isAttentive || visibleSeq === null || lastRead === null || visibleSeq <= lastRead) return;
    const timer = setTimeout(() => markRead(roomId, visibleSeq), READ_AFTER_MS);
    return () => clearTimeout(timer);
  }, [roomId, visibleSeq, lastRead, isAttentive]);
}

function isAttentiveNow(): boolean {
  return document.visibilityState === "visible" && document.hasFocus();
}

function useAttention(): boolean {
  const [isAttentive, setAttentive] = useState(isAttentiveNow);
  useEffect(() => {
    const update = () => setAttentive(isAttentiveNow());
    update();
    window.addEventListener("focus", update);
    window.addEventListener("blur", update);
    document.addEventListener("visibilitychange", update);
    return () => {
      window.removeEventListener("focus", update);
      window.removeEventListener("blur", update);
      document.removeEventListener("visibilitychange", update);
    };
  }, []);
  return isAttentive;
}
