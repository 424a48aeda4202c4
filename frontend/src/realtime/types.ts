/**
 * The shape of what the client knows. Pure data: `reducer.ts` makes the next state of the last one,
 * screens read it by `useStore(selector)` from `store.ts`, nobody changes it in place.
 */
import type {
  Author,
  Me,
  Member,
  Message,
  Presence,
  Profile,
  ReplyTo,
  Room,
  SentFile,
} from "../api/types";
import type { Direction } from "./window";

export type RoomId = number;
export type UserId = number;

/** Most rows of one room that are held at a time; what is farther away is loaded again. */
export const WINDOW_ROWS_MAX = 300;
/** Members of one page; where there are more, those who are online are asked for first. */
export const MEMBERS_PAGE = 100;
/** Messages of one page of history. */
export const PAGE_ROWS = 50;
/** Changes of one room that wait for a gap before them to be filled; beyond, they are asked anew. */
export const EARLY_MAX = 256;
/** Rooms whose count is kept in memory; beyond, it begins anew, and lists show what they loaded. */
export const COUNTS_MAX = 1_000;
/** Whispers of one room that are kept in memory. */
export const WHISPERS_MAX = 100;

export interface State {
  session: Session;
  connection: Connection;
  /** The name of the server's history; null until the first `ready`. */
  epoch: string | null;
  /** False until the list of rooms was seen once, from the server or from the last visit. */
  roomsLoaded: boolean;
  /** Rooms the person is a member of, and rooms that are being looked at (`me` is null there). */
  rooms: Readonly<Record<RoomId, Room>>;
  /** How many are online in the rooms that one may see, as far as this socket told; held rooms say it too. */
  counts: Readonly<Record<RoomId, number>>;
  /** What is held of each room that was opened; see {@link RoomWindow}. */
  windows: Readonly<Record<RoomId, RoomWindow>>;
  /** The newest text seen of each room (for the list of rooms); not known for every room. */
  latest: Readonly<Record<RoomId, Message>>;
  /** Members, where they were asked for by `listMembers`: of a big room who is online, and some of the others. */
  members: Readonly<Record<RoomId, MemberList>>;
  /** Who is in a room now, live for the room that was entered; absent means not known. */
  online: Readonly<Record<RoomId, readonly UserId[]>>;
  /** Presence of people, from profiles and from events; absent means not known. */
  presence: Readonly<Record<UserId, Presence>>;
  /** People seen so far, by id: authors of messages, members, peers. */
  people: Readonly<Record<UserId, Author>>;
  /** Whom this person has blocked: what they say is not shown by itself, nor told of. */
  blocked: Readonly<Record<UserId, boolean>>;
  /** Who is typing where, until when (milliseconds since the epoch, the client's clock). */
  typing: Readonly<Record<RoomId, Readonly<Record<UserId, number>>>>;
  /** Whispers of this visit, oldest first; memory only, never stored. */
  whispers: Readonly<Record<RoomId, readonly Whisper[]>>;
  /** What was written and is not yet known to be stored, oldest first. */
  outbox: Readonly<Record<RoomId, readonly Pending[]>>;
  /** Frames of a `type` that this client does not know (it is older than the server). */
  unknownFrames: number;
}

/** Why somebody has no session. `none`: there was none, or they signed out themselves here. */
export type SignedOutReason = "none" | "expired" | "revoked" | "deactivated" | "elsewhere";

export type Session =
  /** `boot` has not decided yet: show the skeleton. */
  | { status: "booting" }
  | { status: "signed_out"; reason: SignedOutReason }
  | { status: "signed_in"; me: Me };

export interface Connection {
  /**
   * - `idle`: nobody is signed in
   * - `connecting`: a socket is being opened or greeted
   * - `open`: caught up and live
   * - `waiting`: lost; the next try comes at `retryAt`, or at once when the network is back
   * - `stopped`: the server said not to come back by itself (close codes 4503–4505); offer a reload
   */
  phase: "idle" | "connecting" | "open" | "waiting" | "stopped";
  /** When `open` was reached or left: show the banner from 2 s after it was left. */
  since: number;
  /** Tries since the socket was last open. */
  attempt: number;
  /** When the next try is due; null unless `waiting`. */
  retryAt: number | null;
  /** The close code of the last socket; null before the first loss. */
  closeCode: number | null;
  /** Whether a socket was ever open in this visit: "Connecting…" against "Reconnecting…". */
  wasOpen: boolean;
}

/**
 * Consecutive messages of one room, at most {@link WINDOW_ROWS_MAX}, and how far they are up to date.
 *
 * Everything that happened in the room up to and including `rev` has been applied: a message of the
 * room whose `seq` lies between the first and the last row is here, in its newest form.
 */
export interface RoomWindow {
  roomId: RoomId;
  /** By `seq`, ascending; tombstones of deleted messages and notes (joined, left, …) included. */
  rows: readonly Message[];
  /** False until something was loaded: show the skeleton then, or `failed`. */
  isLoaded: boolean;
  /** The last change applied. */
  rev: number;
  /** Older messages exist that are not held. */
  hasBefore: boolean;
  /** Newer messages exist that are not held: the window does not show the tail of the room. */
  hasAfter: boolean;
  /** Loads that are under way; one at a time per direction. `whole`: entering or jumping. */
  loading: { before: boolean; after: boolean; whole: boolean };
  /** The last load of this room failed; cleared by the next one. */
  failed: WindowFailure | null;
  /** Whether the reader is at the tail; see `setAtTail`. */
  atTail: boolean;
  /** Changes that came before the one they follow; by `rev`, at most {@link EARLY_MAX}. */
  early: readonly Message[];
  /** What was read when the room was opened: the New line stands after this `seq`; null: no line. */
  newAfter: number | null;
  /** From the last visit's cache, not yet confirmed by the server. */
  isCached: boolean;
}

/** `not_found`: show the 404 page (a room that is not there, or not to be known of). */
export interface WindowFailure {
  code: string;
  detail: string;
  /** What was being loaded. */
  direction: Direction;
}

export interface MemberList {
  items: readonly Member[];
  next: string | null;
  loading: boolean;
}

/** A message of one's own on its way. */
export interface Pending {
  /** UUIDv7; the same on every try, so that the server stores the message once. */
  nonce: string;
  roomId: RoomId;
  body: string;
  replyTo: ReplyTo | null;
  /** What goes with it; absent in rows that an older client left. */
  files?: readonly SentFile[];
  createdAt: number;
  /**
   * - `queued`: waits for its turn, or for a connection
   * - `sending`: on the wire; another tab may be doing it
   * - `failed`: refused; it waits for `retry`, `editFailed` or `discard`
   */
  status: "queued" | "sending" | "failed";
  /** Why it was refused, in the server's words; null unless `failed`. */
  error: { code: string; detail: string } | null;
}

export interface Whisper {
  id: number;
  roomId: RoomId;
  fromId: UserId;
  toId: UserId;
  body: string;
  sentAt: string;
  /** The newest `seq` of the room when it came: it is shown after that row. */
  afterSeq: number;
}

export type { Author, Me, Member, Message, Presence, Profile, Room };
