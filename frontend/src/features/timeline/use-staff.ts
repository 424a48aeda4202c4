import { useMemo } from "react";
import { useStore } from "../../realtime/store";
import type { Me, Room, UserId } from "../../realtime/types";

/** Who of a room's people is staff, as far as they are known. */
export function useStaff(room: Room, me: Me): ReadonlySet<UserId> {
  const items = useStore((state) => state.members[room.id]?.items);
  const { peer } = room;
  return useMemo(() => {
    const known = [me, ...(peer ? [peer] : []), ...(items ?? []).map(({ profile }) => profile)];
    return new Set(known.filter((profile) => profile.is_staff).map((profile) => profile.id));
  }, [items, peer, me]);
}
