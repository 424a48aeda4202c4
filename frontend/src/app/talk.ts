import { create } from "zustand";
import type { SentFile } from "../api/types";
import { getState } from "../realtime/store";
import type { Message, RoomId, UserId } from "../realtime/types";

/** What is open beside a message. It hangs on `anchor`, which has the focus again afterwards. */
export type Panel = {
  kind: "menu" | "emoji" | "sheet" | "history";
  messageId: number;
  anchor: HTMLElement;
};

/** A file that was chosen for the next message of a room; `files/attach.ts` uploads it. */
export type Attached = {
  key: number;
  name: string;
  /** In bytes. */
  size: number;
  /** A `blob:` address of what is a picture. */
  preview: string | null;
  status: "sending" | "ready" | "failed";
  /** How much of it was sent, 0–1. */
  part: number;
  /** Why it failed. */
  problem: string | null;
  /** Whether the same bytes may be taken another time. */
  mayRetry: boolean;
  /** What the server made of it, once it is `ready`. */
  sent: SentFile | null;
};

/**
 * What the person is about to do with messages, shared by the timeline, the members and the
 * composer. Memory only: to whom one whispers is nobody else's business, not even the disk's.
 */
type Talk = {
  /** What the next message of a room answers. */
  replies: Readonly<Record<RoomId, Message | undefined>>;
  /** To whom the composer of a room whispers. */
  whispers: Readonly<Record<RoomId, UserId | undefined>>;
  /** What goes with the next message of a room. */
  files: Readonly<Record<RoomId, readonly Attached[] | undefined>>;
  /** The message that is being edited in place. */
  editing: number | null;
  panel: Panel | null;
};

const NOTHING: Talk = { replies: {}, whispers: {}, files: {}, editing: null, panel: null };

export const useTalk = create<Talk>(() => NOTHING);

export function startReply(message: Message) {
  useTalk.setState(({ replies, whispers }) => ({
    replies: { ...replies, [message.room_id]: message },
    // A whisper answers nothing: whoever answers wants to write to the room.
    whispers: { ...whispers, [message.room_id]: undefined },
  }));
}

/** Answers whether there was something to take back. */
export function stopReply(roomId: RoomId): boolean {
  if (!useTalk.getState().replies[roomId]) return false;
  useTalk.setState(({ replies }) => ({ replies: { ...replies, [roomId]: undefined } }));
  return true;
}

export function startWhisper(roomId: RoomId, to: UserId) {
  useTalk.setState(({ whispers }) => ({ whispers: { ...whispers, [roomId]: to } }));
}

/** Answers whether the composer was whispering. */
export function stopWhisper(roomId: RoomId): boolean {
  if (useTalk.getState().whispers[roomId] === undefined) return false;
  useTalk.setState(({ whispers }) => ({ whispers: { ...whispers, [roomId]: undefined } }));
  return true;
}

export function startEdit(messageId: number) {
  useTalk.setState({ editing: messageId, panel: null });
}

export function stopEdit() {
  useTalk.setState({ editing: null });
}

/** Answers whether a message of this room was being edited. */
export function stopEditIn(roomId: RoomId): boolean {
  const { editing } = useTalk.getState();
  if (!getState().windows[roomId]?.rows.some(({ id }) => id === editing)) return false;
  stopEdit();
  return true;
}

export function openPanel(panel: Panel) {
  useTalk.setState({ panel });
}

export function closePanel() {
  useTalk.setState({ panel: null });
}

/** Somebody else may be next at this page. */
export function forgetTalk() {
  useTalk.setState(NOTHING, true);
}
