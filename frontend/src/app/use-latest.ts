import { useEffect, useState } from "react";
import { api, call } from "../api/client";
import { useStore } from "../realtime/store";
import type { Message, RoomId } from "../realtime/types";

/** So many rooms are asked at a time: a list of rooms must not use up what a person may ask for per second. */
const ASKED_AT_ONCE_MAX = 3;

const answers = new Map<RoomId, Promise<Message | undefined>>();
const waiting: (() => void)[] = [];
let asked = 0;

/** The newest message of a room: what the store has seen, else asked for once, for rooms that were not opened yet. */
export function useLatest(roomId: RoomId, head: number): Message | undefined {
  const seen = useStore((state) => state.latest[roomId]);
  const [answer, setAnswer] = useState<Message | undefined>();
  const isKnown = seen !== undefined || head === 0;
  useEffect(() => {
    if (isKnown) return;
    let isCurrent = true;
    newest(roomId).then((message) => isCurrent && setAnswer(message));
    return () => {
      isCurrent = false;
    };
  }, [roomId, isKnown]);
  return seen ?? answer;
}

function newest(roomId: RoomId): Promise<Message | undefined> {
  const known = answers.get(roomId);
  if (known) return known;
  const answer = inTurn(async () => {
    const query = { limit: 1 };
    const page = await call(
      api.GET("/api/rooms/{room_id}/messages", { params: { path: { room_id: roomId }, query } }),
    );
    return page.items.at(-1);
  }).catch(() => {
    // A list without this line is still a list; the next visit asks again.
    answers.delete(roomId);
    return undefined;
  });
  answers.set(roomId, answer);
  return answer;
}

async function inTurn<T>(task: () => Promise<T>): Promise<T> {
  if (asked >= ASKED_AT_ONCE_MAX) await new Promise<void>((resolve) => waiting.push(resolve));
  asked += 1;
  try {
    return await task();
  } finally {
    asked -= 1;
    waiting.shift()?.();
  }
}
