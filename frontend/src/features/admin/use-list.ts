import { useCallback, useEffect, useRef, useState } from "react";
import { send } from "./call";
import type { AdminList } from "./types";

/** How many a page holds. */
export const PAGE = 50;

type State = { key: string; page: AdminList | null; error: unknown };

/** One page of a list; the one before stays while the next is awaited. */
export function useList(path: string, query: Record<string, string>) {
  const key = JSON.stringify([path, query]);
  const [state, setState] = useState<State>({ key: "", page: null, error: null });
  const [round, setRound] = useState(0);
  const asked = useRef("");

  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` is path and query; a round asks again
  useEffect(() => {
    asked.current = key;
    send<AdminList>("GET", path, { query }).then(
      (page) => asked.current === key && setState({ key, page, error: null }),
      (error: unknown) => asked.current === key && setState({ key, page: null, error }),
    );
  }, [key, round]);

  const reload = useCallback(() => setRound((before) => before + 1), []);
  return { page: state.page, error: state.error, isLoading: state.key !== key, reload };
}
