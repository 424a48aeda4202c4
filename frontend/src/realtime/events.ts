/** What each event of the server does to the state. */
import type { Message, Presence, Profile, Room } from "../api/types";
import { recounted, withMembership } from "./counts";
import { idOf, type Ready, type ServerEvent } from "./protocol";
import type { Effect, Result } from "./reducer";
import {
  addWhisper,
  afterChanges,
  applied,
  confirm,
  put,
  putRoom,
  remove,
  seen,
  stoppedTyping,
} from "./rooms";
import { COUNTS_MAX, type State } from "./types";
import { applyChange, applySync } from "./window";

export function reduceEvent(state: State, event: ServerEvent, now: number): Result {
  switch (event.type) {
    case "ready":
      return { state: ready(state, event), effects: [] };
    case "sync":
      return synced(state, event);
    case "caught_up":
      return { state: confirmed(state), effects: behind(state) };
    case "message.created":
    case "message.updated":
    case "message.deleted":
      return changed(state, event.message);
    case "room.removed":
    case "room.deleted":
      return {
        state: remove(state, event.room_id),
        effects: [gone(state, event)],
      };
    default:
      return { state: simple(state, event, now), effects: [] };
  }
}

function gone(
  state: State,
  { type, room_id: roomId }: Extract<ServerEvent, { type: "room.removed" | "room.deleted" }>,
): Effect {
  const held = state.rooms[roomId];
  const why = type === "room.deleted" ? "deleted" : "removed";
  return { type: "room_gone", roomId, room: held?.me ? held : null, why };
}

/** The whole list of rooms, anew. Windows of another history, or of rooms that are gone, go. */
function ready(state: State, event: Ready): State {
  const rooms: Record<number, Room> = {};
  // What was said of people while there was no socket is not repeated: of others nothing is known now.
  const presence: Record<number, Presence> = { [event.profile.id]: event.profile.presence };
  for (const room of event.rooms) {
    rooms[room.id] = room;
    if (room.peer) presence[room.peer.id] = room.peer.presence;
  }
  const isSameHistory = state.epoch === null || state.epoch === event.epoch;
  // Rooms that are only looked at are not in the list, and stay as long as they are in view.
  for (const room of Object.values(state.rooms)) {
    if (isSameHistory && room.me === null && !rooms[room.id] && state.windows[room.id]) {
      rooms[room.id] = room;
    }
  }
  // The newest message of a room without a window was perhaps edited or deleted since.
  const latest = Object.fromEntries(
    Object.entries(state.latest).filter(
      ([id]) => state.rooms[Number(id)]?.head === rooms[Number(id)]?.head,
    ),
  );
  const kept = <T>(map: Readonly<Record<number, T>>): Record<number, T> =>
    Object.fromEntries(
      Object.entries(map).filter(([id]) => isSameHistory && rooms[Number(id)] !== undefined),
    );
  const next: State = {
    ...state,
    session: { status: "signed_in", me: event.profile },
    epoch: event.epoch,
    roomsLoaded: true,
    rooms,
    counts: {},
    windows: withNewLines(kept(state.windows), rooms),
    latest: kept({ ...latest, ...latestOfWindows(state) }),
    members: kept(state.members),
    presence,
    online: {},
    typing: {},
  };
  return seen(next, [event.profile, ...event.rooms.flatMap(({ peer }) => (peer ? [peer] : []))]);
}

/** What the last visit left may have been opened before it was known what came since: the New line is set now. */
function withNewLines(windows: State["windows"], rooms: State["rooms"]): State["windows"] {
  return Object.fromEntries(
    Object.entries(windows).map(([id, window]) => {
      const me = rooms[window.roomId]?.me;
      const isLate = window.isCached && window.newAfter === null && me && me.unread > 0;
      return [id, isLate ? { ...window, newAfter: me.last_read_seq } : window];
    }),
  );
}

function latestOfWindows(state: State): Record<number, Message> {
  const held = Object.keys(state.windows).map(Number);
  return Object.fromEntries(
    held.flatMap((id) => (state.latest[id] ? [[id, state.latest[id]]] : [])),
  );
}

function synced(state: State, event: Extract<ServerEvent, { type: "sync" }>): Result {
  const { room_id: roomId } = event;
  if (state.windows[roomId]?.isLoaded) {
    return applied(state, roomId, (window) => applySync({ ...window, isCached: false }, event));
  }
  const changes = [...event.messages].sort((a, b) => a.rev - b.rev);
  return withConfirmed(state, roomId, changes);
}

function changed(state: State, message: Message): Result {
  const roomId = message.room_id;
  const room = state.rooms[roomId];
  if (state.windows[roomId]?.isLoaded) {
    return applied(state, roomId, (window) => applyChange(window, message));
  }
  const waiting = applied(state, roomId, (window) => applyChange(window, message)).state;
  // Without a window there is nothing to fill: only the head and the counts move.
  if (room && message.rev <= room.head) return withConfirmed(waiting, roomId, [message], []);
  return withConfirmed(waiting, roomId, [message]);
}

function withConfirmed(
  state: State,
  roomId: number,
  messages: readonly Message[],
  changes: readonly Message[] = messages,
): Result {
  const confirmed = confirm(state, roomId, messages);
  const counted = afterChanges(confirmed.state, roomId, changes);
  return { state: counted.state, effects: [...confirmed.effects, ...counted.effects] };
}

/**
 * What the last visit left is as good as loaded now, where nothing is missing, and a load that
 * failed for want of a network may be tried again.
 */
function confirmed(state: State): State {
  let next = state;
  for (const window of Object.values(state.windows)) {
    const isCached = window.isCached && window.rev < (state.rooms[window.roomId]?.head ?? 0);
    const failed = window.failed?.code === "network" ? null : window.failed;
    if (isCached === window.isCached && failed === window.failed) continue;
    next = put(next, "windows", window.roomId, { ...window, isCached, failed });
  }
  return next;
}

/** Rooms whose window is still not at the head when the server says that it sent everything. */
function behind(state: State): Effect[] {
  return Object.values(state.windows)
    .filter((window) => window.isLoaded && window.rev < (state.rooms[window.roomId]?.head ?? 0))
    .map(({ roomId, rev }) => ({ type: "sync", roomId, after: rev }));
}

function simple(state: State, event: ServerEvent, now: number): State {
  switch (event.type) {
    case "room.added":
    case "room.updated":
      return putRoom(state, withOwn(event.room, state.rooms[event.room.id]));
    case "presence.changed":
      return { ...state, presence: { ...state.presence, [event.user_id]: event.presence } };
    case "room.presence":
      return roomPresence(state, event);
    case "room.counts":
      return roomCounts(state, event.counts);
    case "typing.started": {
      const people = state.typing[event.room_id] ?? {};
      const until = now + event.expires_in_ms;
      return put(state, "typing", event.room_id, { ...people, [event.user_id]: until });
    }
    case "typing.stopped":
      return stoppedTyping(state, event.room_id, event.user_id);
    case "whispered":
      return whispered(state, event);
    case "read.updated":
      return readUpdated(state, event);
    case "block.changed":
      return { ...state, blocked: { ...state.blocked, [event.user_id]: event.is_blocked } };
    case "profile.updated":
      return profileUpdated(state, event.profile);
    default:
      return state;
  }
}

/** An event for everybody cannot say what the room is to this person: that stays. */
function withOwn(room: Room, held: Room | undefined): Room {
  return room.me || !held?.me ? room : { ...room, me: held.me };
}

function roomPresence(state: State, event: Extract<ServerEvent, { type: "room.presence" }>): State {
  const known = state.online[event.room_id];
  const online = new Set(known);
  const presence = { ...state.presence };
  for (const person of event.joined) {
    online.add(idOf(person));
    // Who is away or busy is here as well: only who was thought to be gone changes.
    if ((presence[idOf(person)] ?? "offline") === "offline") presence[idOf(person)] = "online";
  }
  for (const person of event.left) {
    online.delete(idOf(person));
  }
  const told = { ...state, presence };
  // Of a room that was not entered it says who came and went, and nothing of the others.
  const next = known ? put(told, "online", event.room_id, [...online]) : told;
  return roomCounts(next, { [event.room_id]: event.online_count });
}

/** Of rooms that are not held as well: whoever looks for one sees how many are there. */
function roomCounts(state: State, counts: Readonly<Record<number, number>>): State {
  const before = Object.keys(state.counts).length < COUNTS_MAX ? state.counts : {};
  let next: State = { ...state, counts: { ...before, ...counts } };
  for (const [id, count] of Object.entries(counts)) {
    const room = next.rooms[Number(id)];
    if (!room || room.online_count === count) continue;
    next = put(next, "rooms", room.id, { ...room, online_count: count });
  }
  return next;
}

function whispered(state: State, event: Extract<ServerEvent, { type: "whispered" }>): State {
  const { room_id: roomId, whisper_id: id, body, sent_at: sentAt } = event;
  const fromId = idOf(event.from);
  const toId = idOf(event.to);
  return addWhisper(state, {
    id,
    roomId,
    fromId,
    toId,
    body,
    sentAt,
    afterSeq: tailOf(state, roomId),
  });
}

/** Where a whisper that comes now is shown: after the newest row. */
export function tailOf(state: State, roomId: number): number {
  return state.windows[roomId]?.rows.at(-1)?.seq ?? state.rooms[roomId]?.head ?? 0;
}

function readUpdated(state: State, event: Extract<ServerEvent, { type: "read.updated" }>): State {
  const room = state.rooms[event.room_id];
  if (!room?.me || state.session.status !== "signed_in") return state;
  // What this device marked since is farther than what the event knows.
  if (event.last_read_seq < room.me.last_read_seq) return state;
  const { last_read_seq, unread, mentions } = event;
  const told = withMembership(room, { last_read_seq, unread, mentions });
  // The event may be older than messages that came after it was made: the rows know better.
  const exact = recounted(told, state.windows[event.room_id], state.session.me);
  return exact === room ? state : put(state, "rooms", event.room_id, exact);
}

/** A new name or face is shown everywhere at once, under old messages as well. */
function profileUpdated(state: State, profile: Profile): State {
  const { id, username, display_name, avatar_url } = profile;
  const author = { id, username, display_name, avatar_url };
  const windows = Object.fromEntries(
    Object.entries(state.windows).map(([roomId, window]) => {
      if (!window.rows.some((row) => row.author.id === id)) return [roomId, window];
      const rows = window.rows.map((row) => (row.author.id === id ? { ...row, author } : row));
      return [roomId, { ...window, rows }];
    }),
  );
  const rooms = Object.fromEntries(
    Object.entries(state.rooms).map(([roomId, room]) =>
      room.peer?.id === id
        ? [roomId, { ...room, name: display_name, peer: profile }]
        : [roomId, room],
    ),
  );
  const presence = { ...state.presence, [id]: profile.presence };
  const { session } = state;
  const own =
    session.status === "signed_in" && session.me.id === id
      ? { ...session, me: { ...session.me, ...profile } }
      : session;
  return seen({ ...state, session: own, windows, rooms, presence }, [author]);
}
