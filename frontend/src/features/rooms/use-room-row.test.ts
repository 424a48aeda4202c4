import { expect, it } from "vitest";
import { room } from "../../realtime/testing/fixtures";
import type { Room } from "../../realtime/types";
import { badgeLabel, badgeOf } from "./use-room-row";

const unread = (patch: Partial<NonNullable<Room["me"]>>, more: Partial<Room> = {}) =>
  badgeOf(
    room({
      me: { role: "member", last_read_seq: 0, unread: 3, mentions: 0, notify: "all", ...patch },
      ...more,
    }),
  );

it("counts quietly what is unread", () => {
  expect(unread({})).toMatchObject({ count: 3, tone: "quiet", prefix: "" });
});

it("stands out for mentions, and counts only those", () => {
  expect(unread({ mentions: 2 })).toMatchObject({ count: 2, tone: "accent", prefix: "@" });
});

it("stands out for a direct room", () => {
  expect(unread({ mentions: 1 }, { kind: "direct" })).toMatchObject({
    count: 3,
    tone: "accent",
    prefix: "",
  });
});

it("says nothing of a muted room but mentions", () => {
  expect(unread({ notify: "none" })).toBeNull();
  expect(unread({ notify: "none" }, { kind: "direct" })).toBeNull();
  expect(unread({ notify: "none", mentions: 1 })).toMatchObject({ count: 1 });
});

it("says nothing where nothing waits, or one is no member", () => {
  expect(unread({ unread: 0 })).toBeNull();
  expect(badgeOf(room({ me: null }))).toBeNull();
});

it("says in words what the number means", () => {
  const badge = unread({ mentions: 1 });
  expect(badge && badgeLabel(badge)).toBe("1 mention");
});
