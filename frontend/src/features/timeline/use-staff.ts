import { useMemo } from "react";
import { useStore } from "../../realtime/store";
import type { RoomId, UserId } from "../../realtime/types";

/** Who of a room's members is staff, as far as the members are known. */
export function useStaff(roomId: RoomId): ReadonlySet<UserId> {
  const items = useStore((state) => state.members[roomId]?.items);
  return useMemo(
    () =>
      new Set(
        (items ?? []).filter(({ profile }) => profile.is_staff).map(({ profile }) => profile.id),
      ),
    [items],
  );
}
