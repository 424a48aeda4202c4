/**
 * The pure heart: `reduce(state, action)` answers the next state and what has to be done because
 * of it. Frames of the server are one kind of action (`events.ts`); the others are what the engine
 * learned by asking (pages, replies) and what the person does (open a room, write, read).
 */
import type { Author, History, Me, Member, Message, Profile, Room, Sync } from "../api/types";
import { recounted, withRead } from "./counts";
import { reduceEvent } from "./events";
import { emptyWindow } from "./initial";
import type { EnterReply, ServerEvent } from "./protocol";
import {
  addWhisper,
  applied,
  latest,
  mergeMessage,
  put,
  putRoom,
  remove,
  seen,
  windowOf,
  without,
  withoutPending,
  withPresence,
} from "./rooms";
import type { Connection, Pending, RoomWindow, State, Whisper, WindowFailure } from "./types";
import { applyPage, applySync, type Direction, resetTo } from "./window";

export type Action =
  | { type: "event"; event: ServerEvent; now: number }
  | { type: "unknown_frame" }
  | { type: "signed_in"; me: Me }
  | { type: "me_changed"; me: Me }
  | { type: "connection"; connection: Connection }
  | { type: "restored"; state: Partial<State> }
  /** The person looks at a room. */
  | { type: "room_opened"; roomId: number }
  | { type: "room_closed"; roomId: number }
  /** The reply of `room.enter`; `whole` when it was asked without a cursor. */
  | { type: "room_entered"; roomId: number; reply: EnterReply; whole: boolean }
  | { type: "synced"; roomId: number; sync: Omit<Sync, "room_id"> }
  | { type: "load_started"; roomId: number; direction: Direction }
  | { type: "load_failed"; roomId: number; failure: WindowFailure }
  | {
      type: "page_loaded";
      roomId: number;
      direction: Direction;
      page: History;
      anchor: number | null;
    }
  /** A message that a command or a REST call answered. */
  | { type: "message_answered"; message: Message }
  /** The newest texts of rooms, which were asked for because none was seen. */
  | { type: "latest_answered"; messages: readonly Message[] }
  | { type: "room_answered"; room: Room }
  /** People as the server shows them; `asked` is what was known of them when it was asked. */
  | { type: "profiles_answered"; profiles: readonly Profile[]; asked: State["presence"] }
  | { type: "room_left"; roomId: number }
  | { type: "members_loading"; roomId: number }
  | {
      type: "members_loaded";
      roomId: number;
      items: Member[];
      next: string | null;
      more: boolean;
      asked: State["presence"];
    }
  | { type: "members_failed"; roomId: number }
  | { type: "at_tail"; roomId: number; atTail: boolean }
  | { type: "new_line_cleared"; roomId: number }
  | { type: "read"; roomId: number; seq: number }
  | { type: "pending"; pending: Pending }
  | { type: "pending_gone"; roomId: number; nonce: string }
  | { type: "whispered"; whisper: Whisper }
  /** Time went by: who typed long ago is not typing. */
  | { type: "tick"; now: number };

export type Effect =
  /** Ask what changed in a room after this `rev`. */
  | { type: "sync"; roomId: number; after: number }
  /** The server has the message that was pending under this nonce. */
  | { type: "stored"; roomId: number; nonce: string }
  /** Somebody else's message is new. */
  | { type: "arrived"; message: Message }
  /** The room is gone for this person, perhaps only as a member. */
  /** A room is no longer this person's; `room` is null where it was not theirs before. */
  | { type: "room_gone"; roomId: number; room: Room | null; why: "deleted" | "removed" };

export interface Result {
  state: State;
  effects: readonly Effect[];
}

export function reduce(state: State, action: Action): Result {
  switch (action.type) {
    case "event":
      return reduceEvent(state, action.event, action.now);
    case "synced":
      return applied(state, action.roomId, (window) => applySync(window, action.sync));
    case "room_entered":
      return entered(state, action.roomId, action.reply, action.whole);
    case "page_loaded": {
      const { direction, page, anchor, roomId } = action;
      const next = seen(state, page.items.map(authorOf));
      return applied(next, roomId, (window) => applyPage(window, direction, page, anchor));
    }
    case "message_answered":
      return mergeMessage(state, action.message);
    default:
      return { state: simple(state, action), effects: [] };
  }
}

/** Actions that ask for nothing. */
function simple(state: State, action: Action): State {
  switch (action.type) {
    case "unknown_frame":
      return { ...state, unknownFrames: state.unknownFrames + 1 };
    case "signed_in":
    case "me_changed":
      return seen({ ...state, session: { status: "signed_in", me: action.me } }, [action.me]);
    case "connection":
      return { ...state, connection: action.connection };
    case "restored":
      return { ...state, ...action.state };
    case "room_opened":
      return opened(state, action.roomId);
    case "room_closed":
      // Who types there, and who is there, is only told to those who look: from now on it is not known.
      return {
        ...put(state, "typing", action.roomId, {}),
        online: without(state.online, action.roomId),
      };
    case "load_started":
      return patchWindow(state, action.roomId, (window) => ({
        ...window,
        failed: null,
        loading: { ...window.loading, [action.direction]: true },
      }));
    case "load_failed":
      return patchWindow(state, action.roomId, (window) => ({
        ...window,
        failed: action.failure,
        loading: { ...window.loading, [action.failure.direction]: false },
      }));
    case "room_answered":
      return putRoom(state, action.room);
    case "profiles_answered":
      return withPresence(state, action.profiles, action.asked);
    case "latest_answered":
      return action.messages.reduce(
        (next, message) => (next.rooms[message.room_id] ? latest(next, message, true) : next),
        state,
      );
    case "room_left":
      return remove(state, action.roomId);
    case "at_tail":
      return patchWindow(state, action.roomId, (window) =>
        window.atTail === action.atTail ? window : { ...window, atTail: action.atTail },
      );
    case "new_line_cleared":
      return patchWindow(state, action.roomId, (window) =>
        window.newAfter === null ? window : { ...window, newAfter: null },
      );
    case "read":
      return read(state, action.roomId, action.seq);
    case "pending":
      return pending(state, action.pending);
    case "pending_gone":
      return withoutPending(state, action.roomId, action.nonce);
    case "whispered":
      return addWhisper(state, action.whisper);
    case "tick":
      return tick(state, action.now);
    default:
      return members(state, action);
  }
}

function opened(state: State, roomId: number): State {
  const window = state.windows[roomId] ?? emptyWindow(roomId);
  const room = state.rooms[roomId];
  const newAfter = room?.me && room.me.unread > 0 ? room.me.last_read_seq : null;
  const atTail = !window.hasAfter;
  return put(state, "windows", roomId, { ...window, newAfter, atTail, failed: null });
}

function entered(state: State, roomId: number, reply: EnterReply, whole: boolean): Result {
  const next = put(putRoom(state, reply.room), "online", roomId, reply.online);
  const result = applied(seen(next, reply.messages.map(authorOf)), roomId, (window) => {
    const idle = { ...window, loading: { ...window.loading, whole: false }, failed: null };
    // A room that was not held before: what is unread is known only now.
    const me = reply.room.me;
    const newAfter = !window.isLoaded && me && me.unread > 0 ? me.last_read_seq : window.newAfter;
    const ready: RoomWindow = { ...idle, newAfter };
    return whole || !window.isLoaded
      ? resetTo(ready, reply.messages, reply.to)
      : applySync({ ...ready, isCached: false }, reply);
  });
  return result;
}

function read(state: State, roomId: number, seq: number): State {
  const room = state.rooms[roomId];
  if (!room || state.session.status !== "signed_in") return state;
  const next = recounted(withRead(room, seq), state.windows[roomId], state.session.me);
  return next === room ? state : put(state, "rooms", roomId, next);
}

function pending(state: State, row: Pending): State {
  // Its message may be here already: an event can be faster than the reply, or than another tab.
  const stored = windowOf(state, row.roomId)?.rows.some((message) => message.nonce === row.nonce);
  if (stored) return withoutPending(state, row.roomId, row.nonce);
  const rows = state.outbox[row.roomId] ?? [];
  const at = rows.findIndex((other) => other.nonce === row.nonce);
  const next = at < 0 ? [...rows, row] : rows.with(at, row);
  // UUIDv7 sorts by the time it was made: the order of writing, over all tabs.
  next.sort((a, b) => (a.nonce < b.nonce ? -1 : 1));
  return put(state, "outbox", row.roomId, next);
}

function tick(state: State, now: number): State {
  let next = state;
  for (const [roomId, people] of Object.entries(state.typing)) {
    const still = Object.entries(people).filter(([, until]) => until > now);
    if (still.length === Object.keys(people).length) continue;
    next = put(next, "typing", Number(roomId), Object.fromEntries(still));
  }
  return next;
}

function members(state: State, action: Action): State {
  switch (action.type) {
    case "members_loading": {
      const held = state.members[action.roomId] ?? { items: [], next: null };
      return put(state, "members", action.roomId, { ...held, loading: true });
    }
    case "members_failed": {
      const held = state.members[action.roomId];
      // Nobody is no list of a room: it was not loaded.
      if (!held?.items.length) return { ...state, members: without(state.members, action.roomId) };
      return put(state, "members", action.roomId, { ...held, loading: false });
    }
    case "members_loaded": {
      const before = action.more ? (state.members[action.roomId]?.items ?? []) : [];
      const known = new Set(before.map((member) => member.profile.id));
      const items = [...before, ...action.items.filter(({ profile }) => !known.has(profile.id))];
      const list = { items, next: action.next, loading: false };
      const next = put(state, "members", action.roomId, list);
      const profiles = action.items.map(({ profile }) => profile);
      return seen(withPresence(next, profiles, action.asked), profiles);
    }
    default:
      return state;
  }
}

function patchWindow(
  state: State,
  roomId: number,
  patch: (window: RoomWindow) => RoomWindow,
): State {
  const window = state.windows[roomId];
  if (!window) return state;
  const next = patch(window);
  return next === window ? state : put(state, "windows", roomId, next);
}

function authorOf(message: Message): Author {
  return message.author;
}
