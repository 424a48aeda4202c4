import { describe, expect, it } from "vitest";
import type { Action } from "./reducer";
import { me, message, ROOM, ready, room, run, stateWith } from "./testing/fixtures";
import { COUNTS_MAX, type Presence, type Profile, type State } from "./types";

function counted(counts: Record<string, number>): Action {
  return { type: "event", now: 0, event: { type: "room.counts", counts } };
}

describe("the counts of rooms", () => {
  it("are kept of rooms that are not held as well", () => {
    const { state } = run(stateWith([message(1)]), counted({ [ROOM]: 4, 9: 2 }), counted({ 8: 1 }));
    expect(state.rooms[ROOM]?.online_count).toBe(4);
    expect(state.counts).toEqual({ [ROOM]: 4, 8: 1, 9: 2 });
    expect(Object.keys(state.rooms)).toEqual([String(ROOM)]);
  });

  it("begin anew with each socket, which does not repeat what was missed", () => {
    expect(run(stateWith([]), counted({ 9: 2 }), ready()).state.counts).toEqual({});
  });

  it("are bounded", () => {
    const many = Array.from({ length: COUNTS_MAX }, (_, at) => counted({ [at + 100]: 1 }));
    const { state } = run(stateWith([]), ...many, counted({ 9: 2 }));
    expect(state.counts).toEqual({ 9: 2 });
  });
});

describe("how people are", () => {
  const profile = (id: number, presence: Presence): Profile => ({ ...me(), id, presence });
  const changed = (id: number, presence: Presence): Action => ({
    type: "event",
    now: 0,
    event: { type: "presence.changed", user_id: id, presence },
  });
  const answered = (asked: State, ...profiles: Profile[]): Action => ({
    type: "profiles_answered",
    profiles,
    asked: asked.presence,
  });

  it("is what a new socket says of it: oneself, and whom one has a direct room with", () => {
    const direct = room({ id: 9, kind: "direct", peer: profile(3, "away") });
    const { state } = run(stateWith([]), changed(2, "online"), changed(3, "busy"), ready([direct]));
    expect(state.presence).toEqual({ 1: "online", 3: "away" });
  });

  it("is what was loaded last, until an event tells more", () => {
    const start = run(stateWith([]), changed(2, "online"), changed(3, "online")).state;
    const loaded = run(start, answered(start, profile(2, "offline"), profile(4, "busy"))).state;
    expect(loaded.presence).toEqual({ 2: "offline", 3: "online", 4: "busy" });
    expect(run(loaded, changed(2, "away")).state.presence[2]).toBe("away");
  });

  it("is what an event told since the server was asked", () => {
    const asked = run(stateWith([]), changed(2, "online")).state;
    const { state } = run(asked, changed(2, "offline"), answered(asked, profile(2, "online")));
    expect(state.presence[2]).toBe("offline");
  });
});
