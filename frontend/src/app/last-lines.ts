/**
 * Asks for the newest text of rooms that were not opened yet: the line under their names on a phone,
 * and what direct rooms are sorted by. The answers go into the store, where events keep them up to
 * date, so that a text that is edited or deleted there does not stay here.
 */
import { api, call } from "../api/client";
import { getState, learnLatest } from "../realtime/store";
import type { Message, Room, RoomId } from "../realtime/types";

/** A list of rooms must not use up what a person may ask for per second. */
const REST_MS = 50;
/** So many are asked for one by one; for more, what was said last anywhere is asked for first. */
const FEW = 3;
const TOGETHER_ROWS = 100;
/** The newest rows of a room may be notes. */
const ROWS = 5;

/** At which head a room was asked about: once, until something changes there, also if it has no text. */
const asked = new Map<RoomId, number>();
let asking = Promise.resolve();

export function askLastLines(rooms: readonly Room[]): Promise<void> {
  const due = rooms.filter(({ id, head }) => head > 0 && !isKnown(id) && asked.get(id) !== head);
  if (due.length === 0) return asking;
  for (const { id, head } of due) asked.set(id, head);
  asking = asking
    .then(() => ask(due))
    // A list without these lines is still a list; with the next change they are asked for again.
    .catch(() => forget(due));
  return asking;
}

async function ask(rooms: readonly Room[]): Promise<void> {
  if (rooms.length > FEW) await askTogether();
  for (const room of rooms) {
    if (!isKnown(room.id)) await askOne(room);
    if (isKnown(room.id)) forget([room]);
  }
}

/** One question for all rooms: it names those in which somebody spoke lately. */
async function askTogether(): Promise<void> {
  const params = { query: { limit: TOGETHER_ROWS } };
  const { items } = await call(api.GET("/api/messages", { params }));
  const newest = new Map<RoomId, Message>();
  for (const message of items as Message[]) {
    if (!newest.has(message.room_id)) newest.set(message.room_id, message);
  }
  const { rooms } = getState();
  // Deleted texts are not found: where something changed after this one, that may be newer.
  learnLatest(
    [...newest.values()].filter(({ room_id, rev }) => rev >= (rooms[room_id]?.head ?? 0)),
  );
}

async function askOne({ id, head }: Room): Promise<void> {
  const params = { path: { room_id: id }, query: { limit: ROWS } };
  const { items } = await call(api.GET("/api/rooms/{room_id}/messages", { params }));
  const text = items.findLast(({ kind }) => kind === "text");
  // What changed meanwhile is not in the answer, and is asked for by itself.
  if (text && getState().rooms[id]?.head === head) learnLatest([text]);
  await new Promise((resolve) => setTimeout(resolve, REST_MS));
}

function isKnown(roomId: RoomId): boolean {
  return getState().latest[roomId] !== undefined;
}

function forget(rooms: readonly Room[]): void {
  for (const { id } of rooms) asked.delete(id);
}
