import { useEffect } from "react";
import type { Room } from "../../api/types";
import { HERE_MAX } from "../../realtime/crowd";
import { listMembers, useStore } from "../../realtime/store";
import type { MemberList } from "../../realtime/types";
import { errorText } from "../../ui/form-errors";
import { More } from "../../ui/paged-list";
import { toastError } from "../../ui/toast-store";

type MembersRestProps = { room: Room; list: MemberList };

/** The end of a list that has not everybody: more as one scrolls, and at once whoever comes and is not in it. */
export default function MembersRest({ room, list }: MembersRestProps) {
  const online = useStore((state) => state.online[room.id]);
  const known = new Set(list.items.map(({ profile }) => profile.id));
  const strangers = online?.filter((id) => !known.has(id)) ?? [];
  const isShort = (online?.length ?? 0) - strangers.length < HERE_MAX;
  // Asked for once: who is not in the answer left meanwhile.
  const asked = isShort ? strangers.join() : "";
  useEffect(() => {
    if (asked) void listMembers(room.id, "here").catch(() => undefined);
  }, [room.id, asked]);
  return (
    list.next && (
      <More
        isBusy={list.loading}
        onMore={() =>
          void listMembers(room.id, "more").catch((error) => toastError(errorText(error)))
        }
      />
    )
  );
}
