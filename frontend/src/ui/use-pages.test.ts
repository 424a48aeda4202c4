import { act, renderHook, waitFor } from "@testing-library/react";
import { expect, it, vi } from "vitest";
import type { List } from "../api/types";
import { usePages } from "./use-pages";

type Query = { search?: string; cursor?: string };

/** A server that answers when it is told to. */
function slow() {
  const asked: {
    query: Query;
    answer: (list: List<string>) => Promise<void>;
    fail: () => Promise<void>;
  }[] = [];
  const load = (query: Query) =>
    new Promise<List<string>>((resolve, reject) => {
      asked.push({
        query,
        answer: (list) => act(async () => resolve(list)),
        fail: () => act(async () => reject(new Error("down"))),
      });
    });
  return { asked, load };
}

const call = async (asked: readonly unknown[], count: number) =>
  waitFor(() => expect(asked).toHaveLength(count));

it("says that it answers only what is asked now", async () => {
  const { asked, load } = slow();
  const { result, rerender } = renderHook(({ search }) => usePages(search, load), {
    initialProps: { search: "" },
  });
  expect(result.current).toMatchObject({ items: [], isLoading: true, isAnswered: false });
  await call(asked, 1);
  await asked[0]?.answer({ items: ["general", "kitchen"], next: "2" });
  expect(result.current).toMatchObject({ isLoading: false, isAnswered: true, hasMore: true });

  rerender({ search: "garden" });
  expect(result.current).toMatchObject({ items: ["general", "kitchen"], isAnswered: false });
  await call(asked, 2);
  expect(asked[1]?.query).toEqual({ search: "garden" });
  expect(result.current.isAnswered).toBe(false);
  await asked[1]?.answer({ items: [], next: null });
  expect(result.current).toMatchObject({ items: [], isAnswered: true, isLoading: false });
});

it("goes on with no list but the one that is asked for", async () => {
  const { asked, load } = slow();
  const { result, rerender } = renderHook(({ search }) => usePages(search, load), {
    initialProps: { search: "" },
  });
  await call(asked, 1);
  await asked[0]?.answer({ items: ["a"], next: "2" });
  act(() => result.current.more());
  expect(asked[1]?.query).toEqual({ cursor: "2" });
  await asked[1]?.answer({ items: ["b"], next: "3" });
  expect(result.current.items).toEqual(["a", "b"]);

  rerender({ search: "x" });
  act(() => result.current.more());
  await call(asked, 3);
  expect(asked[2]?.query).toEqual({ search: "x" });
  act(() => result.current.more());
  expect(asked).toHaveLength(3);
  await asked[2]?.answer({ items: ["x"], next: null });
  expect(result.current.items).toEqual(["x"]);
});

it("drops answers to earlier questions, and keeps a failure apart from them", async () => {
  const { asked, load } = slow();
  const { result, rerender } = renderHook(({ search }) => usePages(search, load), {
    initialProps: { search: "" },
  });
  await call(asked, 1);
  rerender({ search: "x" });
  await call(asked, 2);
  await asked[0]?.answer({ items: ["old"], next: null });
  expect(result.current.items).toEqual([]);
  await asked[1]?.fail();
  expect(result.current).toMatchObject({ isAnswered: false, isLoading: false });
  expect(result.current.error).toBeInstanceOf(Error);
  act(() => result.current.reload());
  await asked[2]?.answer({ items: ["x"], next: null });
  expect(result.current).toMatchObject({ items: ["x"], isAnswered: true, error: null });
});

it("waits for a pause before it searches", () => {
  vi.useFakeTimers();
  const { asked, load } = slow();
  const { rerender } = renderHook(({ search }) => usePages(search, load), {
    initialProps: { search: "g" },
  });
  rerender({ search: "ge" });
  rerender({ search: "gen" });
  act(() => vi.advanceTimersByTime(199));
  expect(asked).toHaveLength(0);
  act(() => vi.advanceTimersByTime(1));
  expect(asked.map(({ query }) => query)).toEqual([{ search: "gen" }]);
  vi.useRealTimers();
});

it("asks again for all that it holds, and shows it until the whole answer is there", async () => {
  const { asked, load } = slow();
  const { result } = renderHook(() => usePages("", load));
  expect(await result.current.refresh()).toBe(false);
  await call(asked, 1);
  await asked[0]?.answer({ items: ["a"], next: "2" });
  act(() => result.current.more());
  await asked[1]?.answer({ items: ["b"], next: null });

  let isDone = result.current.refresh();
  await asked[2]?.answer({ items: ["new"], next: "2" });
  expect(result.current).toMatchObject({ items: ["a", "b"], isLoadingMore: false });
  await asked[3]?.answer({ items: ["b"], next: "3" });
  expect(await isDone).toBe(true);
  expect(asked[3]?.query).toEqual({ cursor: "2" });
  expect(result.current).toMatchObject({ items: ["new", "b"], hasMore: true, isAnswered: true });

  isDone = result.current.refresh();
  act(() => result.current.more());
  await asked[4]?.answer({ items: ["x"], next: null });
  expect(await isDone).toBe(false);
  await asked[5]?.answer({ items: ["c"], next: null });
  expect(result.current.items).toEqual(["new", "b", "c"]);
});
