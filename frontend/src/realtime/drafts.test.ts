import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  draftKey,
  forgetDrafts,
  getDraft,
  getDrafts,
  saveDrafts,
  setDraft,
  startDrafts,
} from "./drafts";

let stop: () => void;

beforeEach(() => {
  vi.useFakeTimers();
  stop = startDrafts(1);
});

afterEach(() => {
  stop();
  forgetDrafts(1);
  forgetDrafts(2);
  vi.useRealTimers();
});

const stored = (userId: number, roomId: number) => localStorage.getItem(draftKey(userId, roomId));

describe("drafts", () => {
  it("are saved a quarter of a second after the last key", () => {
    setDraft(1, 5, "h");
    vi.advanceTimersByTime(200);
    setDraft(1, 5, "he");
    vi.advanceTimersByTime(249);
    expect(stored(1, 5)).toBeNull();
    vi.advanceTimersByTime(1);
    expect(JSON.parse(stored(1, 5) ?? "")).toMatchObject({ userId: 1, roomId: 5, text: "he" });
  });

  it("are saved when the page goes away", () => {
    setDraft(1, 5, "almost lost");
    dispatchEvent(new Event("pagehide"));
    expect(stored(1, 5)).toContain("almost lost");
  });

  it("belong to a room and a person", () => {
    setDraft(1, 5, "for five");
    setDraft(1, 6, "for six", 42);
    expect(getDraft(1, 5)?.text).toBe("for five");
    expect(getDraft(1, 6)).toMatchObject({ text: "for six", replyTo: 42 });
    expect(getDraft(2, 5)).toBeNull();
  });

  it("that were sent are gone", () => {
    setDraft(1, 5, "sent");
    saveDrafts();
    setDraft(1, 5, "");
    saveDrafts();
    expect(getDraft(1, 5)).toBeNull();
    expect(stored(1, 5)).toBeNull();
    expect(getDrafts().size).toBe(0);
  });

  it("of another room than they say are not believed", () => {
    const draft = { userId: 1, roomId: 9, text: "misplaced", replyTo: null, savedAt: 0 };
    localStorage.setItem(draftKey(1, 7), JSON.stringify(draft));
    expect(getDraft(1, 7)).toBeNull();
    localStorage.setItem(draftKey(1, 8), "{broken");
    expect(getDraft(1, 8)).toBeNull();
  });

  it("are forgotten with the person", () => {
    setDraft(1, 5, "private");
    saveDrafts();
    forgetDrafts(1);
    expect(stored(1, 5)).toBeNull();
    expect(getDraft(1, 5)).toBeNull();
  });
});
