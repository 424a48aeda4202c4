import { renderHook } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { initialState } from "../realtime/initial";
import { store } from "../realtime/store";
import { ANTON, message, room } from "../realtime/testing/fixtures";
import { createSpeaker } from "./speaker";
import { useArrivals } from "./use-arrivals";

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

const said = (body: string) => message(1, { author: ANTON, body });

it("says the first message at once, without its marks", () => {
  const speak = vi.fn();
  createSpeaker(speak).say(said("It is *done*"));
  expect(speak).toHaveBeenCalledExactlyOnceWith("Anton: It is done");
});

it("says two that follow together, three as a number", () => {
  const speak = vi.fn();
  const speaker = createSpeaker(speak);
  for (const body of ["one", "two", "three"]) speaker.say(said(body));
  expect(speak).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(3000);
  expect(speak).toHaveBeenLastCalledWith("Anton: two Anton: three");
  for (const body of ["four", "five", "six"]) speaker.say(said(body));
  vi.advanceTimersByTime(3000);
  expect(speak).toHaveBeenLastCalledWith("3 new messages");
  expect(speak).toHaveBeenCalledTimes(3);
});

it("is silent when nothing more comes", () => {
  const speak = vi.fn();
  createSpeaker(speak).say(said("one"));
  vi.advanceTimersByTime(60_000);
  expect(speak).toHaveBeenCalledTimes(1);
});

it("counts in the title of the tab, until the person signs out", () => {
  const mine = room({ kind: "direct" });
  if (mine.me) mine.me = { ...mine.me, unread: 3 };
  store.setState({ ...initialState(), rooms: { [mine.id]: mine } }, true);
  const { unmount } = renderHook(useArrivals);
  expect(document.title).toMatch(/^\(3\)/);
  unmount();
  expect(document.title).not.toMatch(/^\(/);
});
