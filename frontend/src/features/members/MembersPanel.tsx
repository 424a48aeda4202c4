import { UserPlus } from "lucide-react";
import { lazy, Suspense, useMemo } from "react";
import type { Member, Room } from "../../api/types";
import { openInvite } from "../../app/view";
import { t } from "../../i18n";
import { mayManage, mayOwn } from "../../realtime/may";
import { selectMe } from "../../realtime/selectors";
import { useStore } from "../../realtime/store";
import { MEMBERS_PAGE, type State } from "../../realtime/types";
import { Button } from "../../ui/button";
import { Skeleton, SkeletonBar } from "../../ui/skeleton";
import { MemberRow } from "./MemberRow";

const MembersRest = lazy(() => import("./MembersRest"));

const NOTHING: State["presence"] = {};

type MembersPanelProps = { room: Room; onLeave?: (() => void) | undefined };

/** Who belongs to the room: those who are here now first, then the others, both by name. */
export function MembersPanel({ room, onLeave }: MembersPanelProps) {
  const members = useStore((state) => state.members[room.id]);
  const online = useStore((state) => state.online[room.id]);
  // Until the room was entered, what was said of people anywhere is the best that is known.
  const presence = useStore((state) => (state.online[room.id] ? NOTHING : state.presence));
  const me = useStore(selectMe);
  const meId = me?.id ?? 0;
  const may = {
    manages: me !== null && mayManage(room, me),
    owns: me !== null && mayOwn(room, me),
  };

  const { here, away } = useMemo(
    () => split(members?.items ?? [], online, presence, meId),
    [members?.items, online, presence, meId],
  );

  // Then the list has not everybody, and its length is not how many there are.
  const isCrowd = room.members_count > MEMBERS_PAGE;
  const count = online?.length ?? (isCrowd ? room.online_count : here.length);

  return (
    <div data-region="members" className="h-full overflow-y-auto px-2 py-2">
      {!members && room.me && <MembersSkeleton />}
      {members && (
        <>
          {may.manages && (
            <Button
              className="mb-1 w-full"
              icon={<UserPlus aria-hidden="true" className="size-4" />}
              onClick={() => openInvite(room.id)}
            >
              {t("members.invite")}
            </Button>
          )}
          <MemberGroup
            label={t("members.online", { count })}
            members={here}
            meId={meId}
            isHere
            room={room}
            {...may}
            onLeave={onLeave}
          />
          <MemberGroup
            label={t("members.offline", {
              count: isCrowd ? room.members_count - count : away.length,
            })}
            members={away}
            meId={meId}
            isHere={false}
            room={room}
            {...may}
            onLeave={onLeave}
          />
          {isCrowd && (
            <Suspense fallback={null}>
              <MembersRest room={room} list={members} />
            </Suspense>
          )}
        </>
      )}
    </div>
  );
}

/** Those who are here and those who are not, oneself first, then by name. */
function split(
  items: readonly Member[],
  online: readonly number[] | undefined,
  presence: State["presence"],
  meId: number,
) {
  const isThere = ({ profile }: Member) => (presence[profile.id] ?? profile.presence) !== "offline";
  const present = new Set(online ?? items.filter(isThere).map(({ profile }) => profile.id));
  const isMe = (member: Member) => Number(member.profile.id === meId);
  const sorted = [...items].sort(
    (a, b) => isMe(b) - isMe(a) || a.profile.display_name.localeCompare(b.profile.display_name),
  );
  return {
    here: sorted.filter((member) => present.has(member.profile.id)),
    away: sorted.filter((member) => !present.has(member.profile.id)),
  };
}

type MemberGroupProps = {
  label: string;
  members: readonly Member[];
  meId: number;
  isHere: boolean;
  room: Room;
  owns: boolean;
  manages: boolean;
  onLeave: (() => void) | undefined;
};

function MemberGroup({ label, members, meId, ...rest }: MemberGroupProps) {
  if (members.length === 0) return null;
  return (
    <section aria-label={label}>
      <h2 className="flex h-9 items-end px-2.5 pb-2 text-12 font-medium text-ink-3">{label}</h2>
      <ul>
        {members.map((member) => (
          <MemberRow
            key={member.profile.id}
            member={member}
            isMe={member.profile.id === meId}
            {...rest}
          />
        ))}
      </ul>
    </section>
  );
}

function MembersSkeleton() {
  return (
    <Skeleton label={t("app.loading")}>
      {["w-28", "w-20", "w-32", "w-24", "w-28"].map((width, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: these bars never move
        <div key={index} className="flex h-10 items-center gap-2.5 px-2.5">
          <span className="size-7 rounded-full bg-hover" />
          <SkeletonBar className={width} />
        </div>
      ))}
    </Skeleton>
  );
}
