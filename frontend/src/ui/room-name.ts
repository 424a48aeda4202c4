import type { Room } from "../api/types";

type Named = Pick<Room, "kind" | "name" | "peer">;

/** What a room is called on the screen: a direct room bears the other person's name. */
export function roomName(room: Named): string {
  return room.kind === "direct" ? (room.peer?.display_name ?? room.name) : room.name;
}

/** The same inside a sentence: "#gateway", "Anton Belov". */
export function roomReference(room: Named): string {
  return room.kind === "direct" ? roomName(room) : `#${room.name}`;
}

/** Where a message is in its room. */
export function messagePath(roomId: number, seq: number): string {
  return `${roomPath(roomId)}?at=${seq}`;
}

/** Where a room is: by its number, which never changes. */
export function roomPath(roomId: number): string {
  return `/chat/room/${roomId}/`;
}

/** Where people see who somebody is. */
export function profilePath(username: string): string {
  return `/profiles/${encodeURIComponent(username)}/`;
}
