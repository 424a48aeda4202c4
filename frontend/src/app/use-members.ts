import { useEffect, useRef, useState } from "react";
import { ApiError } from "../api/error";
import { listMembers, useStore } from "../realtime/store";
import type { Room } from "../realtime/types";
import { errorText } from "../ui/form-errors";
import { toastError } from "../ui/toast-store";

/** Loads who belongs to the room that is looked at, and again whenever their number changes or may have. */
export function useMembers(room: Room | null) {
  const roomId = room?.id;
  const count = room?.members_count;
  const isGroup = room?.kind === "group";
  const isMember = room?.me != null;
  // The roles of others are told by notes; a new owner, and what oneself may do, by the room.
  const roles = `${room?.owner_id} ${room?.me?.role}`;
  const { turn, missed } = useTurn();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the count, the roles and the turn say that the list is old
  useEffect(() => {
    if (roomId === undefined || !isGroup) return;
    listMembers(roomId).catch((error) => {
      // Without a network the banner says enough, and the list comes with the next socket.
      if (error instanceof ApiError && error.code === "network") missed.current = true;
      // Whoever only looks in may be refused the list; that is no news to them.
      else if (isMember) toastError(errorText(error));
    });
  }, [roomId, count, roles, isGroup, isMember, turn]);
}

/** Another number with each socket that comes after a lost one, or after something was missed. */
function useTurn() {
  const { phase, wasOpen } = useStore((state) => state.connection);
  const [turn, setTurn] = useState(0);
  const missed = useRef(false);
  useEffect(() => {
    if (phase !== "open") missed.current ||= wasOpen;
    else if (missed.current) {
      missed.current = false;
      setTurn((before) => before + 1);
    }
  }, [phase, wasOpen]);
  return { turn, missed };
}
