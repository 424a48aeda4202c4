import { useEffect } from "react";
import { listMembers } from "../realtime/store";
import type { Room } from "../realtime/types";
import { errorText } from "../ui/form-errors";
import { toastError } from "../ui/toast-store";

/** Loads who belongs to the room that is looked at, and again whenever their number changes. */
export function useMembers(room: Room | null) {
  const roomId = room?.id;
  const count = room?.members_count;
  const isMember = room?.me != null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the count says that the list is old
  useEffect(() => {
    if (roomId === undefined || !isMember) return;
    listMembers(roomId).catch((error) => toastError(errorText(error)));
  }, [roomId, count, isMember]);
}
