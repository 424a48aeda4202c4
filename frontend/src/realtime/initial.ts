import type { Connection, RoomWindow, State } from "./types";

export const IDLE: Connection = {
  phase: "idle",
  since: 0,
  attempt: 0,
  retryAt: null,
  closeCode: null,
  wasOpen: false,
};

/** The state before anything is known. */
export function initialState(): State {
  return {
    session: { status: "booting" },
    connection: IDLE,
    epoch: null,
    roomsLoaded: false,
    rooms: {},
    counts: {},
    windows: {},
    latest: {},
    members: {},
    online: {},
    presence: {},
    people: {},
    blocked: {},
    typing: {},
    whispers: {},
    outbox: {},
    unknownFrames: 0,
  };
}

/** A window that holds nothing yet. */
export function emptyWindow(roomId: number): RoomWindow {
  return {
    roomId,
    rows: [],
    isLoaded: false,
    rev: 0,
    hasBefore: false,
    hasAfter: false,
    loading: { before: false, after: false, whole: false },
    failed: null,
    atTail: true,
    early: [],
    newAfter: null,
    isCached: false,
  };
}
