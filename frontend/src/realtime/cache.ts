/**
 * The last visit: who, which rooms, and the tails of the rooms looked at last. It is painted at the
 * next start while the socket opens (or does not, without a network), and the socket then asks
 * only for what changed since. Signing out removes it. Whispers are never in it.
 */
import type { Me, Message, Room } from "../api/types";
import type { Database } from "./database";
import type { RoomWindow, State } from "./types";

const WINDOWS_MAX = 10;
const ROWS_MAX = 50;
/** Soon: what is written while a page goes away does not always arrive. */
const SAVE_AFTER_MS = 500;
/** Another shape of the state makes another number: an old snapshot is then not read. */
const VERSION = 3;

export interface Snapshot {
  userId: number;
  version: number;
  me: Me;
  epoch: string;
  rooms: Room[];
  windows: { roomId: number; rev: number; rows: readonly Message[]; hasBefore: boolean }[];
  latest: readonly Message[];
}

export class Cache {
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Rooms in the order of the last look at them. */
  #recent: number[] = [];

  constructor(
    private readonly opening: Promise<Database>,
    private readonly state: () => State,
  ) {}

  /** What the last visit of this person left; null when there is nothing, or no database. */
  async restore(userId: number): Promise<(Partial<State> & { me: Me }) | null> {
    try {
      const snapshot = await (await this.opening).get("snapshots", userId);
      if (snapshot?.version !== VERSION) return null;
      this.#recent = snapshot.windows.map((window) => window.roomId);
      return stateOf(snapshot);
    } catch {
      return null;
    }
  }

  /** A room is being looked at. */
  looked(roomId: number): void {
    this.#recent = [roomId, ...this.#recent.filter((id) => id !== roomId)].slice(0, WINDOWS_MAX);
  }

  /** The state changed: it is written after a while without hurry. */
  changed(): void {
    this.#timer ??= setTimeout(() => void this.save(), SAVE_AFTER_MS);
  }

  async save(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const snapshot = snapshotOf(this.state(), this.#recent);
    if (!snapshot) return;
    try {
      await (await this.opening).put("snapshots", snapshot);
    } catch {
      // A full disk costs the fast start, nothing else.
    }
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  async forget(userId: number): Promise<void> {
    this.stop();
    try {
      await (await this.opening).delete("snapshots", userId);
    } catch {
      // Without a database there was none.
    }
  }
}

function snapshotOf(state: State, recent: readonly number[]): Snapshot | null {
  if (state.session.status !== "signed_in" || state.epoch === null || !state.roomsLoaded)
    return null;
  const windows = recent
    .map((roomId) => state.windows[roomId])
    // A window in the middle of history is not what a room should open with.
    .filter((window): window is RoomWindow => Boolean(window?.isLoaded && !window.hasAfter))
    .map(({ roomId, rev, rows, hasBefore }) => ({
      roomId,
      rev,
      rows: rows.slice(-ROWS_MAX),
      hasBefore: hasBefore || rows.length > ROWS_MAX,
    }));
  const { me } = state.session;
  const rooms = Object.values(state.rooms).filter((room) => room.me !== null);
  const latest = Object.values(state.latest);
  return { userId: me.id, version: VERSION, me, epoch: state.epoch, rooms, windows, latest };
}

function stateOf(snapshot: Snapshot): Partial<State> & { me: Me } {
  const rooms = Object.fromEntries(snapshot.rooms.map((room) => [room.id, room]));
  const windows = snapshot.windows
    .filter(({ roomId }) => rooms[roomId] !== undefined)
    .map((held): [number, RoomWindow] => [
      held.roomId,
      {
        ...held,
        hasAfter: false,
        isLoaded: true,
        isCached: true,
        loading: { before: false, after: false, whole: false },
        failed: null,
        atTail: true,
        early: [],
        newAfter: null,
      },
    ]);
  const people = [
    ...snapshot.windows.flatMap(({ rows }) => rows.map((row) => row.author)),
    ...snapshot.rooms.flatMap(({ peer }) => (peer ? [peer] : [])),
  ].map(({ id, username, display_name, avatar_url }) => ({
    id,
    username,
    display_name,
    avatar_url,
  }));
  return {
    me: snapshot.me,
    epoch: snapshot.epoch,
    roomsLoaded: true,
    rooms,
    windows: Object.fromEntries(windows),
    latest: Object.fromEntries(snapshot.latest.map((message) => [message.room_id, message])),
    people: Object.fromEntries(people.map((person) => [person.id, person])),
  };
}
