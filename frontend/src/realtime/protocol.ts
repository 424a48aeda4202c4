/**
 * The frames of the gateway (PROTOCOL section 3). Events that this client does not know are counted
 * and ignored, so that an old tab outlives a newer server; the same goes for unknown fields.
 */
import type { Me, Message, Presence, Profile, ReadUpdated, Room, Sync } from "../api/types";

// --- Client to server --------------------------------------------------------------------------

export interface Hello {
  type: "hello";
  token: string;
  resume?: Resume;
}

/** What is held: the server sends what changed since, per room. */
export interface Resume {
  epoch: string;
  rooms: Record<string, number>;
}

interface Cursor {
  epoch: string;
  rev: number;
}

/** Every command with the data of its reply; `id` is added by the socket. */
interface Commands {
  "room.enter": [{ room_id: number; after?: Cursor; last?: number }, EnterReply];
  "room.exit": [{ room_id: number }, unknown];
  "message.send": [
    { room_id: number; body: string; nonce: string; reply_to?: number; file_ids?: number[] },
    { message: Message },
  ];
  "message.edit": [{ message_id: number; body: string; if_rev?: number }, { message: Message }];
  "message.delete": [{ message_id: number; if_rev?: number }, { message: Message }];
  "reaction.add": [{ message_id: number; emoji: string }, { message: Message }];
  "reaction.remove": [{ message_id: number; emoji: string }, { message: Message }];
  "typing.start": [{ room_id: number }, unknown];
  "typing.stop": [{ room_id: number }, unknown];
  "whisper.send": [
    { room_id: number; to: number; body: string },
    { whisper_id: number; delivered: true },
  ];
  "read.mark": [{ room_id: number; seq: number }, unknown];
  "presence.set": [{ presence: Presence; status_text?: string }, unknown];
  sync: [{ room_id: number; after: Cursor }, Sync & { epoch?: string }];
  "auth.renew": [{ token: string }, unknown];
  ping: [Record<never, never>, unknown];
}

export type CommandType = keyof Commands;
export type CommandFields<T extends CommandType> = Commands[T][0];
export type ReplyData<T extends CommandType> = Commands[T][1];

export interface EnterReply {
  room: Room;
  epoch: string;
  from: number;
  to: number;
  reset: boolean;
  messages: Message[];
  online: number[];
}

// --- Server to client --------------------------------------------------------------------------

export interface CommandError {
  code: string;
  detail: string;
  retry_after_s?: number;
  errors?: { field: string; code: string; detail: string }[];
}

export type Reply =
  | { type: "reply"; id: string; ok: true; data: unknown }
  | { type: "reply"; id: string; ok: false; error: CommandError };

export interface Ready {
  type: "ready";
  session_id: number | string;
  profile: Me;
  server_name: string;
  epoch: string;
  heartbeat_s: number;
  rooms: Room[];
}

type MessageEventType = "message.created" | "message.updated" | "message.deleted";

/** A person in an ephemeral event: an id, or a face with one. */
export type Person = number | { id: number };

export type ServerEvent =
  | Ready
  | ({ type: "sync" } & Sync)
  | { type: "caught_up" }
  | { type: MessageEventType; room_id: number; rev: number; message: Message }
  | { type: "room.added" | "room.updated"; room: Room }
  | { type: "room.removed" | "room.deleted"; room_id: number }
  | { type: "presence.changed"; user_id: number; presence: Presence }
  | {
      type: "room.presence";
      room_id: number;
      joined: Person[];
      left: Person[];
      online_count: number;
    }
  | { type: "room.counts"; counts: Record<string, number> }
  | { type: "typing.started"; room_id: number; user_id: number; expires_in_ms: number }
  | { type: "typing.stopped"; room_id: number; user_id: number }
  | {
      type: "whispered";
      whisper_id: number;
      room_id: number;
      from: Person;
      to: Person;
      body: string;
      sent_at: string;
    }
  | ({ type: "read.updated" } & ReadUpdated)
  | { type: "server.updated"; name: string }
  | { type: "profile.updated"; profile: Profile }
  | { type: "block.changed"; user_id: number; is_blocked: boolean }
  | { type: "draining"; after_ms: number };

const EVENTS: Record<ServerEvent["type"], true> = {
  ready: true,
  sync: true,
  caught_up: true,
  "message.created": true,
  "message.updated": true,
  "message.deleted": true,
  "room.added": true,
  "room.updated": true,
  "room.removed": true,
  "room.deleted": true,
  "presence.changed": true,
  "room.presence": true,
  "room.counts": true,
  "typing.started": true,
  "typing.stopped": true,
  whispered: true,
  "read.updated": true,
  "server.updated": true,
  "profile.updated": true,
  "block.changed": true,
  draining: true,
};

export type Frame = Reply | ServerEvent | { type: "unknown" };

/** Reads a frame; null when it is no JSON object with a `type`. */
export function parseFrame(text: string): Frame | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== "object" || value === null || !("type" in value)) return null;
  const { type } = value;
  if (typeof type !== "string") return null;
  if (type === "reply" || Object.hasOwn(EVENTS, type)) return value as Frame;
  return { type: "unknown" };
}

/** What a close code asks of the client. */
type CloseAdvice =
  | { kind: "return" }
  /** Get a new access token first (4003). */
  | { kind: "renew" }
  | { kind: "signed_out"; reason: "expired" | "revoked" | "deactivated" }
  | { kind: "stop" };

export function adviceOf(code: number): CloseAdvice {
  switch (code) {
    case 4003:
      return { kind: "renew" };
    case 4500:
      return { kind: "signed_out", reason: "expired" };
    case 4501:
      return { kind: "signed_out", reason: "revoked" };
    case 4502:
      return { kind: "signed_out", reason: "deactivated" };
    default:
      return code >= 4500 && code <= 4999 ? { kind: "stop" } : { kind: "return" };
  }
}

export function idOf(person: Person): number {
  return typeof person === "number" ? person : person.id;
}
