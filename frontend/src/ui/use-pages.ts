import { useCallback, useEffect, useRef, useState } from "react";
import type { List } from "../api/types";

type Pages<T> = {
  items: readonly T[];
  /** Nothing was answered yet for this question. */
  isLoading: boolean;
  isLoadingMore: boolean;
  error: unknown;
  hasMore: boolean;
  more: () => void;
  reload: () => void;
};

const SEARCH_AFTER_MS = 200;

/**
 * A list that comes in pages and is searched by the server. While the next answer is awaited the last one stays;
 * answers to questions that are no longer asked are dropped.
 */
export function usePages<T>(
  search: string,
  load: (query: { search?: string; cursor?: string }) => Promise<List<T>>,
): Pages<T> {
  const [page, setPage] = useState<List<T> | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [isLoadingMore, setLoadingMore] = useState(false);
  const asked = useRef(0);
  const question = search.trim();

  const ask = useCallback(
    async (cursor: string | null) => {
      asked.current += 1;
      const turn = asked.current;
      setLoadingMore(cursor !== null);
      try {
        const answer = await load({
          ...(question && { search: question }),
          ...(cursor && { cursor }),
        });
        if (turn !== asked.current) return;
        setPage((before) =>
          cursor && before
            ? { items: [...before.items, ...answer.items], next: answer.next }
            : answer,
        );
        setError(null);
      } catch (failure) {
        if (turn === asked.current) setError(failure);
      } finally {
        if (turn === asked.current) setLoadingMore(false);
      }
    },
    [question, load],
  );

  useEffect(() => {
    const timer = setTimeout(() => void ask(null), question ? SEARCH_AFTER_MS : 0);
    return () => {
      clearTimeout(timer);
      asked.current += 1;
    };
  }, [ask, question]);

  const next = page?.next ?? null;
  return {
    items: page?.items ?? [],
    isLoading: page === null && error === null,
    isLoadingMore,
    error,
    hasMore: next !== null,
    more: () => next !== null && !isLoadingMore && void ask(next),
    reload: () => void ask(null),
  };
}
