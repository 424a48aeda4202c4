import { useEffect } from "react";
import { listMembers } from "../realtime/store";
import type { Room } from "../realtime/types";
import { errorText } from "../ui/form-errors";
import { toastError } from "../ui/toast-store";

/** Loads who belongs to the room that is looked at, and again whenever their number changes. */
export function useMembers(room: Room | null) {
  const roomId = room?.id;
  const count = room?.members_count;
  const isGroup = room?.kind === "group";
  const isMember = room?.me != null;
  // The roles of others are told by notes; a new owner, and what oneself may do, by the room.
  const roles = `${room?.owner_id} ${room?.me?.role}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the count and the roles say that the list is old
  useEffect(() => {
    if (roomId === undefined || !isGroup) return;
    listMembers(roomId).catch((error) => {
      // Whoever only looks in may be refused the list; that is no news to them.
      if (isMember) toastError(errorText(error));
    });
  }, [roomId, count, roles, isGroup, isMember]);
}
