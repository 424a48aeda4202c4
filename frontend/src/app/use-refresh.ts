import { useEffect, useRef } from "react";
import { store } from "../realtime/store";
import type { State } from "../realtime/types";

/** However much happens, the server is asked no more often. */
const EVERY_MS = 1_000;

/** Asks for a list again (see `usePages`) when a change of the state says that it is old. */
export function useRefresh(
  refresh: () => Promise<boolean>,
  isOld: (now: State, before: State) => boolean,
): void {
  const latest = useRef({ refresh, isOld });
  latest.current = { refresh, isOld };
  useEffect(() => {
    let isOver = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let askedAt = Number.NEGATIVE_INFINITY;
    const plan = () => {
      timer ??= setTimeout(ask, Math.max(0, askedAt + EVERY_MS - performance.now()));
    };
    const ask = async () => {
      timer = undefined;
      askedAt = performance.now();
      // Without an answer the list is as old as it was; the next socket says that it is.
      const isDone = await latest.current.refresh().catch(() => true);
      if (!isDone && !isOver) plan();
    };
    const stop = store.subscribe((now, before) => {
      if (latest.current.isOld(now, before)) plan();
    });
    return () => {
      isOver = true;
      clearTimeout(timer);
      stop();
    };
  }, []);
}

/** There is a socket again: what happened while there was none was not told. */
export function isBack(now: Pick<State, "connection">, before: Pick<State, "connection">): boolean {
  return now.connection.phase === "open" && before.connection.phase !== "open";
}
