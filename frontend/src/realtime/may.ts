/** What this person may do with a room as a whole; the server decides, this only spares them the asking. */
import type { Me, Room } from "../api/types";

/** Change its name, topic and flags; add people and remove them. */
export function mayManage(room: Room, me: Me): boolean {
  return room.kind === "group" && room.me !== null && (me.is_staff || room.me.role !== "member");
}

/** Delete it, and say what its members may do. */
export function mayOwn(room: Room, me: Me): boolean {
  return room.kind === "group" && room.me !== null && (me.is_staff || room.me.role === "owner");
}
