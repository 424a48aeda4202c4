import type { StoreApi } from "zustand/vanilla";
import type {
  CreateRoom,
  List,
  Me,
  Member,
  Message,
  Presence,
  Profile,
  Room,
  UpdateMe,
} from "../api/types";
import type { SignedOutReason, State } from "./types";

/** What `store.ts` delegates to; documented there. */
export interface Engine {
  start(me: Me): void;
  startOffline(): Promise<boolean>;
  stop(): void;
  unsent(): Promise<number>;
  forget(): Promise<void>;
  updateMe(patch: UpdateMe): Promise<Me>;
  openRoom(roomId: number): void;
  closeRoom(roomId: number): void;
  loadOlder(roomId: number): Promise<void>;
  loadNewer(roomId: number): Promise<void>;
  jumpTo(roomId: number, seq: number): Promise<boolean>;
  jumpToTail(roomId: number): Promise<void>;
  setAtTail(roomId: number, atTail: boolean): void;
  clearNewLine(roomId: number): void;
  createRoom(input: CreateRoom): Promise<Room>;
  joinRoom(roomId: number): Promise<Room>;
  leaveRoom(roomId: number): Promise<void>;
  openDirect(userId: number): Promise<Room>;
  listRooms(query: { search?: string; cursor?: string; limit?: number }): Promise<List<Room>>;
  listProfiles(query: {
    search?: string;
    online?: boolean;
    cursor?: string;
    limit?: number;
  }): Promise<List<Profile>>;
  listMembers(roomId: number, more: boolean): Promise<readonly Member[]>;
  send(roomId: number, body: string, replyTo: Message | null): string;
  retry(nonce: string): void;
  editFailed(nonce: string): string;
  discard(nonce: string): void;
  editMessage(messageId: number, body: string, ifRev?: number): Promise<Message>;
  deleteMessage(messageId: number): Promise<Message>;
  react(messageId: number, emoji: string, on: boolean): Promise<Message>;
  markRead(roomId: number, seq: number): void;
  startTyping(roomId: number): void;
  stopTyping(roomId: number): void;
  whisper(roomId: number, toUserId: number, body: string): Promise<void>;
  setPresence(presence: Presence, statusText?: string): Promise<void>;
  reconnect(): void;
}

export interface EngineOptions {
  store: StoreApi<State>;
  onSessionEnd(reason: SignedOutReason): void;
  onArrived(message: Message): void;
}

export declare function createEngine(options: EngineOptions): Engine;
