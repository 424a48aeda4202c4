import { Check, UserPlus, Users } from "lucide-react";
import { useMemo, useRef, useState } from "react";
import type { Profile } from "../../api/types";
import { t } from "../../i18n";
import { listProfiles } from "../../realtime/finding";
import { invite } from "../../realtime/manage";
import { selectRoom } from "../../realtime/selectors";
import { useStore } from "../../realtime/store";
import { Avatar } from "../../ui/avatar";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { EmptyState } from "../../ui/empty-state";
import { errorText } from "../../ui/form-errors";
import { PagedList } from "../../ui/paged-list";
import { roomReference } from "../../ui/room-name";
import { SearchField } from "../../ui/search-field";
import { toastError } from "../../ui/toast-store";
import { useKeptFocus } from "../../ui/use-kept-focus";
import { usePages } from "../../ui/use-pages";

/** Finds people and makes them members, one press each. */
export default function InviteDialog({ roomId, onClose }: { roomId: number; onClose: () => void }) {
  const room = useStore(useMemo(() => selectRoom(roomId), [roomId]));
  const [search, setSearch] = useState("");
  const pages = usePages(search, listProfiles);
  const members = useStore((state) => state.members[roomId]?.items);
  const ids = useMemo(() => new Set(members?.map(({ profile }) => profile.id)), [members]);
  const list = useRef<HTMLElement>(null);
  // The button that was pressed goes away, and the focus with it.
  useKeptFocus(list, list);
  if (!room) return null;
  return (
    <Dialog
      title={t("rooms.manage.invite_title", { name: roomReference(room) })}
      text={t("rooms.manage.invite_text")}
      onClose={onClose}
      className="h-[min(90dvh,38rem)]"
    >
      <div className="px-6 pt-4 pb-2">
        <SearchField autoFocus label={t("people.search")} value={search} onValue={setSearch} />
      </div>
      {/* Everybody may be a member already: then there is nothing in it that takes the focus. */}
      <section
        ref={list}
        aria-label={t("people.title")}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled region must be reachable by keyboard
        tabIndex={0}
        className="min-h-0 flex-1 overflow-y-auto px-6 pb-4 focus-visible:-outline-offset-2"
      >
        <PagedList
          label={t("people.title")}
          pages={pages}
          rowKey={(profile) => profile.id}
          row={(profile) => (
            <InviteRow roomId={roomId} profile={profile} isMember={ids.has(profile.id)} />
          )}
          empty={
            <EmptyState
              icon={<Users className="size-7" />}
              title={t("people.none_found")}
              text={t("people.none_found_text")}
            />
          }
        />
      </section>
    </Dialog>
  );
}

type InviteRowProps = { roomId: number; profile: Profile; isMember: boolean };

function InviteRow({ roomId, profile, isMember }: InviteRowProps) {
  const [step, setStep] = useState<"idle" | "busy" | "added">("idle");
  const { display_name: name, username } = profile;

  const add = async () => {
    setStep("busy");
    try {
      await invite(roomId, profile.id);
      setStep("added");
    } catch (error) {
      toastError(errorText(error));
      setStep("idle");
    }
  };

  return (
    <>
      <Avatar userId={profile.id} name={name} url={profile.avatar_url} size={40} ground="raised" />
      <span className="min-w-0 flex-1">
        <span dir="auto" className="block truncate text-15 font-semibold tracking-name">
          {name}
        </span>
        <span className="block truncate text-13 text-ink-2">@{username}</span>
      </span>
      {isMember || step === "added" ? (
        <span role="status" className="flex items-center gap-1.5 text-13 text-ink-2">
          <Check aria-hidden="true" className="size-4" />
          {t(step === "added" ? "rooms.manage.added" : "rooms.manage.is_member")}
        </span>
      ) : (
        <Button
          busy={step === "busy"}
          onClick={add}
          aria-label={t("rooms.manage.add_named", { name })}
          icon={<UserPlus aria-hidden="true" className="size-4" />}
        >
          {t("rooms.manage.add")}
        </Button>
      )}
    </>
  );
}
