import type { Room } from "../../api/types";
import { t } from "../../i18n";
import { selectOnline } from "../../realtime/selectors";
import { useStore } from "../../realtime/store";
import { Avatar } from "../../ui/avatar";

const FACES_MAX = 3;
/** In px; each face lies over the one before. */
const FACE = 22;
const OVERLAP = 6;

/** A few of those who are here, and how many members there are. */
export function AvatarStack({ room }: { room: Room }) {
  const online = useStore(selectOnline(room.id));
  const people = useStore((state) => state.people);
  const faces = online.flatMap((id) => people[id] ?? []).slice(0, FACES_MAX);
  // Who is here is known after the room is: their place is kept.
  const places = Math.min(FACES_MAX, room.members_count);
  return (
    <div
      className="me-1 flex shrink-0 items-center gap-2 text-13 text-ink-2 tabular-nums"
      data-tooltip={t("rooms.members", { count: room.members_count })}
    >
      <span
        aria-hidden="true"
        className="flex h-[22px] justify-end -space-x-1.5"
        style={{ minWidth: places * (FACE - OVERLAP) + OVERLAP }}
      >
        {faces.map((face) => (
          <span key={face.id} className="rounded-full ring-2 ring-panel">
            <Avatar
              className="block"
              userId={face.id}
              name={face.display_name}
              url={face.avatar_url}
              size={FACE}
            />
          </span>
        ))}
      </span>
      <span aria-hidden="true">{room.members_count}</span>
      <span className="sr-only">{t("rooms.members", { count: room.members_count })}</span>
    </div>
  );
}
