/**
 * Derived views of the state. Each keeps its last answer and gives the same object again while
 * what it was made of did not change, so that `useStore(selector)` does not render for nothing.
 */
import type { Me, Message, Pending, Room, RoomWindow, State, UserId, Whisper } from "./types";

const NO_PENDING: readonly Pending[] = [];
const NO_WHISPERS: readonly Whisper[] = [];
const NO_USERS: readonly UserId[] = [];
/** Sorts as newer than every time. */
const UNSEEN = "9";

/** Who is signed in; null when nobody is. */
export function selectMe(state: State): Me | null {
  return state.session.status === "signed_in" ? state.session.me : null;
}

/** Group rooms that the person is a member of, by name. */
export const selectGroupRooms = memo(
  (state) => state.rooms,
  (rooms) =>
    Object.values(rooms)
      .filter((room) => room.kind === "group" && room.me !== null)
      .sort((a, b) => a.name.localeCompare(b.name) || a.id - b.id),
);

const selectDirectByName = memo(
  (state) => state.rooms,
  (rooms) => Object.values(rooms).filter((room) => room.kind === "direct" && room.me !== null),
);

/** Direct rooms, the one with the newest message first. */
export const selectDirectRooms = memo2(
  selectDirectByName,
  (state) => state.latest,
  (rooms, latest) =>
    [...rooms].sort((a, b) => newest(b, latest[b.id]).localeCompare(newest(a, latest[a.id]))),
);

/** The sum of what is unread and not muted: mentions and direct messages, and everything else. */
export const selectUnread = memo(
  (state) => state.rooms,
  (rooms) => {
    let important = 0;
    let other = 0;
    for (const room of Object.values(rooms)) {
      if (!room.me || room.me.notify === "none") continue;
      const own = room.kind === "direct" ? room.me.unread : room.me.mentions;
      important += own;
      other += Math.max(0, room.me.unread - own);
    }
    return { important, other };
  },
);

export function selectRoom(roomId: number): (state: State) => Room | null {
  return (state) => state.rooms[roomId] ?? null;
}

export function selectWindow(roomId: number): (state: State) => RoomWindow | null {
  return (state) => state.windows[roomId] ?? null;
}

export function selectPending(roomId: number): (state: State) => readonly Pending[] {
  return (state) => state.outbox[roomId] ?? NO_PENDING;
}

export function selectWhispers(roomId: number): (state: State) => readonly Whisper[] {
  return (state) => state.whispers[roomId] ?? NO_WHISPERS;
}

export function selectOnline(roomId: number): (state: State) => readonly UserId[] {
  return (state) => state.online[roomId] ?? NO_USERS;
}

/** Who is typing in a room, oneself and the blocked aside. Make it once per room (`useMemo`), then select by it. */
export function selectTyping(roomId: number): (state: State) => readonly UserId[] {
  return memo2(
    (state) => state.typing[roomId],
    unheard,
    (typing, not) => {
      const ids = Object.keys(typing ?? {})
        .map(Number)
        .filter((id) => !not[id]);
      return ids.length > 0 ? ids : NO_USERS;
    },
  );
}

/** Of whom one is not told that they type. */
const unheard = memo2(
  (state) => state.blocked,
  (state) => selectMe(state)?.id ?? 0,
  (blocked, me): State["blocked"] => ({ ...blocked, [me]: true }),
);

/**
 * The time that a direct room sorts by. What is unread is most likely newer than what was seen: until
 * that is known, the room stands where it will.
 */
function newest(room: Room, latest: Message | undefined): string {
  return latest?.created_at ?? (room.me?.unread ? UNSEEN : room.created_at);
}

function memo<A, R>(input: (state: State) => A, make: (a: A) => R): (state: State) => R {
  let held: { a: A; result: R } | null = null;
  return (state) => {
    const a = input(state);
    if (!held || held.a !== a) held = { a, result: make(a) };
    return held.result;
  };
}

function memo2<A, B, R>(
  first: (state: State) => A,
  second: (state: State) => B,
  make: (a: A, b: B) => R,
): (state: State) => R {
  let held: { a: A; b: B; result: R } | null = null;
  return (state) => {
    const a = first(state);
    const b = second(state);
    if (!held || held.a !== a || held.b !== b) held = { a, b, result: make(a, b) };
    return held.result;
  };
}
