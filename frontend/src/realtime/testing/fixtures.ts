/** Things to test with, each whole, so that a test names only what it is about. */
import type { Author, Me, Message, Room } from "../../api/types";
import { initialState } from "../initial";
import { type Action, type Effect, reduce } from "../reducer";
import type { Pending, RoomWindow, State } from "../types";

export const ROOM = 5;
export const AT = "2026-11-16T09:12:00Z";

export const INES = author(1, "ines");
export const ANTON = author(2, "anton");

export function author(id: number, username: string): Author {
  const display_name = username.replace(/^./, (letter) => letter.toUpperCase());
  return { id, username, display_name, avatar_url: null };
}

export function me(patch: Partial<Me> = {}): Me {
  return {
    ...INES,
    bio: "",
    is_staff: false,
    presence: "online",
    status_text: "",
    created_at: AT,
    email: null,
    email_verified: false,
    is_superuser: false,
    has_password: true,
    locale: "en",
    ...patch,
  };
}

export function room(patch: Partial<Room> = {}): Room {
  return {
    id: ROOM,
    name: "general",
    slug: "general",
    topic: "",
    kind: "group",
    is_private: false,
    staff_only: false,
    invite_only: false,
    steady_while_occupied: false,
    owner_id: ANTON.id,
    created_at: AT,
    head: 0,
    members_count: 2,
    online_count: 1,
    peer: null,
    me: { role: "member", last_read_seq: 0, unread: 0, mentions: 0, notify: "all" },
    ...patch,
  };
}

/** A text by Anton, born at `seq`. */
export function message(seq: number, patch: Partial<Message> = {}): Message {
  return {
    id: 1000 + seq,
    room_id: ROOM,
    seq,
    rev: seq,
    kind: "text",
    author: ANTON,
    body: `message ${seq}`,
    reply_to: null,
    reactions: [],
    files: [],
    created_at: AT,
    edited_at: null,
    deleted_at: null,
    nonce: null,
    ...patch,
  };
}

export function pending(nonce: string, patch: Partial<Pending> = {}): Pending {
  return {
    nonce,
    roomId: ROOM,
    body: "mine",
    replyTo: null,
    createdAt: 0,
    status: "queued",
    error: null,
    ...patch,
  };
}

export function created(of: Message): Action {
  return {
    type: "event",
    event: { type: "message.created", room_id: of.room_id, rev: of.rev, message: of },
    now: 0,
  };
}

export function ready(rooms: Room[] = [room({ head: 3 })], epoch = "e1"): Action {
  return {
    type: "event",
    now: 0,
    event: {
      type: "ready",
      session_id: 1,
      profile: me(),
      server_name: "Parlor",
      epoch,
      heartbeat_s: 20,
      rooms,
    },
  };
}

/** Signed in, in one room, with a window that holds `rows` up to `rev`. */
export function stateWith(
  rows: Message[],
  options: { rev?: number; room?: Partial<Room>; window?: Partial<RoomWindow> } = {},
): State {
  const rev = options.rev ?? Math.max(0, ...rows.map((row) => row.rev));
  const entered: Action = {
    type: "room_entered",
    roomId: ROOM,
    whole: true,
    reply: {
      room: room({ head: rev, ...options.room }),
      epoch: "e1",
      from: 0,
      to: rev,
      reset: true,
      messages: rows,
      online: [],
    },
  };
  const state = run(
    { ...initialState(), epoch: "e1" },
    { type: "signed_in", me: me() },
    { type: "room_answered", room: room({ head: rev, ...options.room }) },
    { type: "room_opened", roomId: ROOM },
    entered,
  ).state;
  const window = { ...windowIn(state), ...options.window };
  return { ...state, windows: { ...state.windows, [ROOM]: window } };
}

/** Applies actions one after the other; effects of all of them. */
export function run(state: State, ...actions: Action[]): { state: State; effects: Effect[] } {
  const effects: Effect[] = [];
  let next = state;
  for (const action of actions) {
    const result = reduce(next, action);
    next = result.state;
    effects.push(...result.effects);
  }
  return { state: next, effects };
}

export function windowIn(state: State): RoomWindow {
  const window = state.windows[ROOM];
  if (!window) throw new Error("no window");
  return window;
}

export function seqs(state: State): number[] {
  return windowIn(state).rows.map((row) => row.seq);
}
