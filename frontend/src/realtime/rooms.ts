/** Steps that several actions share: putting parts of the state in, and applying room changes. */
import type { Author, Message, Profile, Role, Room } from "../api/types";
import { recounted, withChanges } from "./counts";
import type { Effect, Result } from "./reducer";
import { type RoomWindow, type State, WHISPERS_MAX, type Whisper } from "./types";
import { mergeRow, type Step } from "./window";

type Maps =
  | "rooms"
  | "windows"
  | "latest"
  | "members"
  | "online"
  | "typing"
  | "whispers"
  | "outbox";

/** The state with one entry of one of its maps changed. */
export function put<K extends Maps>(
  state: State,
  map: K,
  key: number,
  value: State[K][number],
): State {
  return { ...state, [map]: { ...state[map], [key]: value } };
}

export function windowOf(state: State, roomId: number): RoomWindow | undefined {
  return state.windows[roomId];
}

/** Puts a room in; counts that are older than what was applied since stay as they are. */
export function putRoom(state: State, room: Room): State {
  const held = state.rooms[room.id];
  const isOlder = held !== undefined && held.me !== null && room.head < held.head;
  const me = room.me ?? (isOlder ? held.me : null);
  const next =
    isOlder && held.me && me
      ? { ...room, head: held.head, members_count: held.members_count, me: held.me }
      : { ...room, me };
  const peers = room.peer ? [room.peer] : [];
  const shown = seen(put(state, "rooms", room.id, next), peers);
  if (!room.peer) return shown;
  return { ...shown, presence: { ...shown.presence, [room.peer.id]: room.peer.presence } };
}

/** Everything that was known of a room goes. What was written for it stays in the outbox. */
export function remove(state: State, roomId: number): State {
  return {
    ...state,
    rooms: without(state.rooms, roomId),
    windows: without(state.windows, roomId),
    latest: without(state.latest, roomId),
    members: without(state.members, roomId),
    online: without(state.online, roomId),
    typing: without(state.typing, roomId),
    whispers: without(state.whispers, roomId),
  };
}

/**
 * Takes a step of a room's window, then carries on what depends on it: head and counts, the newest
 * message, pending rows that are stored now, people, and the question for what is missing.
 */
export function applied(state: State, roomId: number, take: (window: RoomWindow) => Step): Result {
  const window = state.windows[roomId];
  if (!window) return { state, effects: [] };
  const step = take(window);
  let next = step.window === window ? state : put(state, "windows", roomId, step.window);
  const effects: Effect[] = [];

  const rows = step.window === window ? [] : step.window.rows;
  const confirmed = confirm(next, roomId, rows);
  next = confirmed.state;
  effects.push(...confirmed.effects);

  const counted = afterChanges(next, roomId, step.applied);
  next = counted.state;
  effects.push(...counted.effects);

  const head = next.rooms[roomId]?.head ?? 0;
  const behind = step.window.isLoaded && step.window.rev < head ? step.window.rev : null;
  const after = step.syncAfter ?? (step.window !== window ? behind : null);
  if (after !== null) effects.push({ type: "sync", roomId, after });
  return { state: next, effects };
}

/** Changes that were applied in order: head, counts, newest message, people, who stops typing. */
export function afterChanges(
  state: State,
  roomId: number,
  changes: readonly Message[],
): { state: State; effects: Effect[] } {
  const room = state.rooms[roomId];
  const { session } = state;
  if (!room || session.status !== "signed_in") return { state, effects: [] };
  const effects = changes
    .filter((message) => message.seq > room.head && message.kind === "text" && !message.deleted_at)
    .filter(({ author }) => author.id !== session.me.id && !state.blocked[author.id])
    .map((message): Effect => ({ type: "arrived", message }));
  const counted = withChanges(room, changes, session.me);
  const exact = recounted(counted, state.windows[roomId], session.me);
  let next = exact === room ? state : put(state, "rooms", roomId, exact);
  next = seen(
    next,
    changes.map((message) => message.author),
  );
  for (const message of changes) {
    next = latest(next, message, message.seq > room.head);
    if (message.kind === "role_changed") next = withRole(next, message);
    if (message.seq === message.rev) next = stoppedTyping(next, roomId, message.author.id);
  }
  return { state: newest(next, roomId), effects };
}

/** What a note says that a member may do; where the members are not held there is nothing to change. */
function withRole(state: State, { room_id: roomId, author, body }: Message): State {
  const list = state.members[roomId];
  if (!list) return state;
  const items = list.items.map((member) =>
    member.profile.id === author.id ? { ...member, role: body as Role } : member,
  );
  return put(state, "members", roomId, { ...list, items });
}

/** A message by itself, out of the order of changes: merged, and its pending row goes. */
export function mergeMessage(state: State, message: Message): Result {
  const roomId = message.room_id;
  const window = state.windows[roomId];
  let next = seen(state, [message.author]);
  if (window?.isLoaded) {
    const merged = mergeRow(window, message);
    if (merged !== window) next = put(next, "windows", roomId, merged);
  }
  next = latest(next, message, false);
  return confirm(next, roomId, [message]);
}

/** Pending rows whose message is among `rows` are stored. */
export function confirm(
  state: State,
  roomId: number,
  rows: readonly Message[],
): { state: State; effects: Effect[] } {
  const waiting = state.outbox[roomId];
  if (!waiting?.length || rows.length === 0) return { state, effects: [] };
  const nonces = new Set(rows.map((message) => message.nonce));
  const stored = waiting.filter((row) => nonces.has(row.nonce));
  if (stored.length === 0) return { state, effects: [] };
  const left = waiting.filter((row) => !nonces.has(row.nonce));
  return {
    state: put(state, "outbox", roomId, left),
    effects: stored.map(({ nonce }) => ({ type: "stored", roomId, nonce })),
  };
}

export function withoutPending(state: State, roomId: number, nonce: string): State {
  const rows = state.outbox[roomId];
  if (!rows?.some((row) => row.nonce === nonce)) return state;
  return put(
    state,
    "outbox",
    roomId,
    rows.filter((row) => row.nonce !== nonce),
  );
}

/** Remembers people by their newest face; the same state while nothing is new. */
export function seen(state: State, people: readonly Author[]): State {
  let next = state.people;
  for (const { id, username, display_name, avatar_url } of people) {
    const held = next[id];
    const same =
      held?.username === username &&
      held.display_name === display_name &&
      held.avatar_url === avatar_url;
    if (same) continue;
    next = { ...next, [id]: { id, username, display_name, avatar_url } };
  }
  return next === state.people ? state : { ...state, people: next };
}

/** How people are as they were loaded, but for those of whom an event told something since `asked`. */
export function withPresence(
  state: State,
  profiles: readonly Profile[],
  asked: State["presence"],
): State {
  const presence = { ...state.presence };
  for (const { id, presence: loaded } of profiles) {
    if (presence[id] === asked[id]) presence[id] = loaded;
  }
  return { ...state, presence };
}

/** Adds a whisper once, however often it is told. */
export function addWhisper(state: State, whisper: Whisper): State {
  const held = state.whispers[whisper.roomId] ?? [];
  if (held.some((other) => other.id === whisper.id)) return state;
  return put(state, "whispers", whisper.roomId, [...held, whisper].slice(-WHISPERS_MAX));
}

export function stoppedTyping(state: State, roomId: number, userId: number): State {
  const people = state.typing[roomId];
  if (people?.[userId] === undefined) return state;
  return put(state, "typing", roomId, without(people, userId));
}

/** The newest text of a room, in its newest form. What is not new may be far from the newest. */
export function latest(state: State, message: Message, isNew: boolean): State {
  if (message.kind !== "text") return state;
  const held = state.latest[message.room_id];
  const isNewer = isNew && message.seq > (held?.seq ?? 0);
  const isSame = held?.id === message.id && message.rev > held.rev;
  return isNewer || isSame ? put(state, "latest", message.room_id, message) : state;
}

/** The newest text among the rows of the window, where the window has the tail. */
function newest(state: State, roomId: number): State {
  const window = state.windows[roomId];
  if (!window || window.hasAfter) return state;
  const row = window.rows.findLast((message) => message.kind === "text");
  const held = state.latest[roomId];
  // The row may differ without a newer `rev`: the beginning of what it answers follows that.
  if (!row || row === held) return state;
  if (held && (row.seq < held.seq || (row.id === held.id && row.rev < held.rev))) return state;
  return put(state, "latest", roomId, row);
}

export function without<T>(map: Readonly<Record<number, T>>, key: number): Record<number, T> {
  const { [key]: _gone, ...rest } = map;
  return rest;
}
