/**
 * Changing rooms and who is in them, by plain REST. What comes of it is told to everybody by events,
 * oneself included, so nothing is put into the state here. Apart from the engine, because few
 * people manage a room in the first moment.
 */
import { api, call } from "../api/client";
import type { Notify, Role, UpdateRoom } from "../api/types";
import { listMembers } from "./store";

/** Rejects with `invalid` and fields, `conflict` (the name is taken), `forbidden`, `room_staff_only`. */
export async function updateRoom(roomId: number, body: UpdateRoom): Promise<void> {
  await call(api.PATCH("/api/rooms/{room_id}", { params: { path: { room_id: roomId } }, body }));
}

/** Deletes a room with everything in it. Rejects with `not_room_owner`. */
export async function deleteRoom(roomId: number): Promise<void> {
  await call(api.DELETE("/api/rooms/{room_id}", { params: { path: { room_id: roomId } } }));
}

/** What one is notified of in a room, on every device. */
export async function setNotify(roomId: number, notify: Notify): Promise<void> {
  const params = { path: { room_id: roomId } };
  await call(api.PUT("/api/rooms/{room_id}/notify", { params, body: { notify } }));
}

/** Makes somebody a member; who is one stays what they are. Rejects with `room_staff_only`. */
export async function invite(roomId: number, userId: number): Promise<void> {
  await putMember(roomId, userId, null);
}

/** Says what a member may do; naming an owner makes oneself a moderator. */
export async function setRole(roomId: number, userId: number, role: Role): Promise<void> {
  await putMember(roomId, userId, role);
}

/** Rejects with `not_room_owner` where a moderator would remove the owner or another moderator. */
export async function removeMember(roomId: number, userId: number): Promise<void> {
  const params = { path: { room_id: roomId, user_id: userId } };
  await call(api.DELETE("/api/rooms/{room_id}/members/{user_id}", { params }));
  await listMembers(roomId);
}

/** Blocks somebody, or takes it back: nothing private comes from them, and what they say is hidden. */
export async function setBlocked(userId: number, isBlocked: boolean): Promise<void> {
  const params = { path: { user_id: userId } };
  const path = "/api/profiles/{user_id}/block";
  await call(isBlocked ? api.PUT(path, { params }) : api.DELETE(path, { params }));
}

async function putMember(roomId: number, userId: number, role: Role | null): Promise<void> {
  const params = { path: { room_id: roomId, user_id: userId } };
  await call(
    api.PUT("/api/rooms/{room_id}/members/{user_id}", { params, body: role ? { role } : {} }),
  );
  // Somebody new is in the list, or the note of a role came while the list was on its way.
  await listMembers(roomId);
}
