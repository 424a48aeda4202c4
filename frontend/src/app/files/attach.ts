/**
 * Files that were chosen for the next message of a room: uploaded at once, one after the other,
 * while one goes on writing; kept as long as the page lives. Never sent by itself: the message names
 * them. What is taken back is taken off the server, too.
 */
import { api, call } from "../../api/client";
import { ApiError } from "../../api/error";
import type { SentFile } from "../../api/types";
import { uploadFile } from "../../api/upload";
import { t } from "../../i18n";
import type { RoomId } from "../../realtime/types";
import { errorText } from "../../ui/form-errors";
import { toastError } from "../../ui/toast-store";
import { type Attached, useTalk } from "../talk";
import { FILE_BYTES_MAX, FILES_MAX, fileSize, safeName } from "./file";

/** What is on the way or waits for its turn, by key. */
const chosen = new Map<number, { blob: Blob; abort: AbortController }>();
let lastKey = 0;
let turn: Promise<void> = Promise.resolve();

/** Takes files for the next message of a room; says which were too many. */
export function attach(roomId: RoomId, files: readonly File[]): void {
  const free = FILES_MAX - attachedTo(roomId).length;
  if (files.length > free) toastError(t("files.too_many", { count: FILES_MAX }));
  for (const file of files.slice(0, Math.max(0, free))) add(roomId, file);
}

function add(roomId: RoomId, blob: File): void {
  lastKey += 1;
  const key = lastKey;
  const isPicture = /^image\/(png|jpeg|webp|gif|avif)$/.test(blob.type);
  const item: Attached = {
    key,
    name: safeName(blob.name),
    size: blob.size,
    preview: isPicture ? URL.createObjectURL(blob) : null,
    status: "sending",
    part: 0,
    problem: null,
    mayRetry: false,
    sent: null,
  };
  put(roomId, [...attachedTo(roomId), item]);
  if (blob.size > FILE_BYTES_MAX) {
    const problem = t("files.too_large", { size: fileSize(FILE_BYTES_MAX) });
    patch(roomId, key, { status: "failed", problem });
    return;
  }
  chosen.set(key, { blob, abort: new AbortController() });
  enqueue(roomId, key);
}

/** Uploads it again, of the same bytes. */
export function retryFile(roomId: RoomId, key: number): void {
  const held = chosen.get(key);
  if (!held) return;
  chosen.set(key, { ...held, abort: new AbortController() });
  patch(roomId, key, { status: "sending", part: 0, problem: null });
  enqueue(roomId, key);
}

/** Takes a file out again, wherever it is. */
export function detach(roomId: RoomId, key: number): void {
  const item = attachedTo(roomId).find((each) => each.key === key);
  chosen.get(key)?.abort.abort();
  chosen.delete(key);
  if (item?.preview) URL.revokeObjectURL(item.preview);
  put(
    roomId,
    attachedTo(roomId).filter((each) => each.key !== key),
  );
  if (!item?.sent) return;
  const params = { path: { room_id: roomId, file_id: item.sent.id } };
  // What stays behind is deleted by the server after an hour.
  call(api.DELETE("/api/rooms/{room_id}/files/{file_id}", { params })).catch(() => undefined);
}

/** They are in a message now: nothing is left to choose. */
export function forgetFiles(roomId: RoomId): void {
  for (const { key, preview } of attachedTo(roomId)) {
    chosen.delete(key);
    if (preview) URL.revokeObjectURL(preview);
  }
  put(roomId, []);
}

/** Files of a message that was not sent, for the next one. */
export function putBack(roomId: RoomId, files: readonly SentFile[]): void {
  const items = files.map((sent): Attached => {
    lastKey += 1;
    const { name, size } = sent;
    const base = { key: lastKey, name, size, preview: null, part: 1, problem: null };
    return { ...base, status: "ready", mayRetry: false, sent };
  });
  put(roomId, [...attachedTo(roomId), ...items].slice(0, FILES_MAX));
}

function enqueue(roomId: RoomId, key: number): void {
  turn = turn.then(() => send(roomId, key));
}

async function send(roomId: RoomId, key: number): Promise<void> {
  const item = attachedTo(roomId).find((each) => each.key === key);
  const held = chosen.get(key);
  if (!item || !held || held.abort.signal.aborted) return;
  try {
    const sent = await uploadFile(roomId, held.blob, item.name, {
      onProgress: (part) => patch(roomId, key, { part }),
      signal: held.abort.signal,
    });
    chosen.delete(key);
    patch(roomId, key, { status: "ready", part: 1, sent });
  } catch (error) {
    if (held.abort.signal.aborted) return;
    const mayRetry = !(error instanceof ApiError) || error.isTransient || error.status === 507;
    patch(roomId, key, { status: "failed", problem: problemOf(error), mayRetry });
  }
}

/** What is wrong with the file itself is said in its field; the sentence above it would say nothing. */
function problemOf(error: unknown): string {
  return (error instanceof ApiError && error.errors[0]?.detail) || errorText(error);
}

function attachedTo(roomId: RoomId): readonly Attached[] {
  return useTalk.getState().files[roomId] ?? [];
}

function put(roomId: RoomId, items: readonly Attached[]): void {
  useTalk.setState(({ files }) => ({ files: { ...files, [roomId]: items } }));
}

function patch(roomId: RoomId, key: number, change: Partial<Attached>): void {
  put(
    roomId,
    attachedTo(roomId).map((each) => (each.key === key ? { ...each, ...change } : each)),
  );
}
