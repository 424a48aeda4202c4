import { useCallback, useEffect, useRef, useState } from "react";
import type { List } from "../api/types";

type Pages<T> = {
  items: readonly T[];
  /** Nothing was answered yet. */
  isLoading: boolean;
  /** `items` answer what is asked now; until then they answer what was asked before. */
  isAnswered: boolean;
  isLoadingMore: boolean;
  error: unknown;
  hasMore: boolean;
  more: () => void;
  reload: () => void;
  /** Asks quietly for all that is held: it stays until the answer is there. Says false where that was not the time. */
  refresh: () => Promise<boolean>;
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
  // `to` is the `ask` that it answers: there is another one for each question.
  const [page, setPage] = useState<(List<T> & { to: unknown }) | null>(null);
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
            ? { items: [...before.items, ...answer.items], next: answer.next, to: ask }
            : { ...answer, to: ask },
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

  const isAnswered = page?.to === ask;

  const refresh = async (): Promise<boolean> => {
    if (error !== null) return ask(null).then(() => true);
    if (!isAnswered || isLoadingMore) return false;
    const turn = asked.current;
    const items: T[] = [];
    let cursor: string | null = null;
    do {
      const answer: List<T> = await load({
        ...(question && { search: question }),
        ...(cursor && { cursor }),
      });
      // The next page was asked for meanwhile, and would follow on what is no longer there.
      if (turn !== asked.current) return false;
      items.push(...answer.items);
      cursor = answer.next;
    } while (cursor && items.length < page.items.length);
    setPage({ items, next: cursor, to: ask });
    setError(null);
    return true;
  };

  const next = page?.next ?? null;
  return {
    items: page?.items ?? [],
    isLoading: page === null && error === null,
    isAnswered,
    isLoadingMore,
    error,
    hasMore: next !== null,
    // What goes on where an earlier answer ended is no part of the next one.
    more: () => next !== null && isAnswered && !isLoadingMore && void ask(next),
    reload: () => void ask(null),
    refresh,
  };
}
