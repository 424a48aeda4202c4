import { Ban, MessageSquare, Pencil } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { Link, useLocation } from "wouter";
import { ApiError } from "../../api/error";
import type { Profile } from "../../api/types";
import { BlockDialog, unblock } from "../../app/BlockDialog";
import { PageSkeleton } from "../../app/PageSkeleton";
import { t } from "../../i18n";
import { dateOnly } from "../../lib/time";
import { getProfile } from "../../realtime/finding";
import { usePresence } from "../../realtime/presence";
import { selectMe } from "../../realtime/selectors";
import { openDirect, useStore } from "../../realtime/store";
import { Avatar } from "../../ui/avatar";
import { Button, buttonClass } from "../../ui/button";
import { Chip } from "../../ui/chip";
import { errorText } from "../../ui/form-errors";
import { Page } from "../../ui/page";
import { presenceLabel } from "../../ui/presence-label";
import { roomPath } from "../../ui/room-name";
import { toastError } from "../../ui/toast-store";

const ICON = "size-4";

type ProfilePageProps = {
  username: string;
  /** What is shown where nobody is called that. */
  missing: ReactNode;
};

/** `/profiles/<username>/`: who somebody is, and what one can do with them. Nobody of that name: 404. */
export default function ProfilePage({ username, missing }: ProfilePageProps) {
  const [profile, setProfile] = useState<Profile | null>(null);
  const [error, setError] = useState<unknown>(null);
  // What was said while there was no socket was not heard.
  const connection = useStore((state) => state.connection.phase);
  const known = useStore((state) => (profile ? state.people[profile.id] : undefined));

  // Another name or face came by the socket: the rest may be another, too.
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked again for every change
  useEffect(() => {
    let isCurrent = true;
    getProfile(profile?.id ?? username).then(
      (found) => isCurrent && setProfile(found),
      (failure: unknown) => isCurrent && setError(failure),
    );
    return () => {
      isCurrent = false;
    };
  }, [username, connection, known?.display_name, known?.avatar_url, known?.username]);

  if (error instanceof ApiError && error.status === 404) return missing;
  if (error && !profile) {
    return (
      <Page title={username} hasBack>
        <p role="alert" className="p-5 text-14 text-danger-text">
          {errorText(error)}
        </p>
      </Page>
    );
  }
  if (!profile) return <PageSkeleton />;
  return (
    <Page title={profile.display_name} hasBack>
      <div className="mx-auto flex max-w-180 flex-col gap-6 px-5 py-6">
        <Face profile={profile} />
        <p className="text-15 whitespace-pre-wrap [overflow-wrap:anywhere]">
          {profile.bio || <span className="text-ink-2">{t("people.no_bio")}</span>}
        </p>
        <p className="text-13 text-ink-2">
          {t("people.since", { date: dateOnly(profile.created_at) })}
        </p>
        <Actions profile={profile} />
      </div>
    </Page>
  );
}

function Face({ profile }: { profile: Profile }) {
  const presence = usePresence(profile);
  return (
    <div className="flex items-center gap-5">
      <Avatar
        userId={profile.id}
        name={profile.display_name}
        url={profile.avatar_url?.replace(/\d+$/, "256") ?? null}
        size={88}
        presence={presence}
      />
      <div className="min-w-0">
        <p className="flex flex-wrap items-center gap-2 text-20 font-semibold tracking-title [overflow-wrap:anywhere]">
          {profile.display_name}
          {profile.is_staff && <Chip>{t("timeline.staff")}</Chip>}
        </p>
        <p className="text-14 text-ink-2 [overflow-wrap:anywhere]">{`@${profile.username}`}</p>
        <p className="text-14 text-ink-2 [overflow-wrap:anywhere]">
          {[presenceLabel(presence), profile.status_text].filter(Boolean).join(" · ")}
        </p>
      </div>
    </div>
  );
}

function Actions({ profile }: { profile: Profile }) {
  const { id, display_name: name } = profile;
  const me = useStore(selectMe);
  const isBlocked = useStore((state) => state.blocked[id]);
  const [, navigate] = useLocation();
  const [isAsking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);

  const message = async () => {
    setBusy(true);
    try {
      navigate(roomPath((await openDirect(id)).id));
    } catch (error) {
      toastError(errorText(error));
      setBusy(false);
    }
  };
  if (!me) return null;
  return (
    <div className="flex flex-wrap gap-2">
      {me.id === id ? (
        <Link href="/settings/profile/" className={buttonClass("primary")}>
          <Pencil aria-hidden="true" className={ICON} />
          {t("people.edit")}
        </Link>
      ) : (
        <>
          <Button
            variant="primary"
            busy={busy}
            onClick={() => void message()}
            icon={<MessageSquare aria-hidden="true" className={ICON} />}
          >
            {t("people.message")}
          </Button>
          <Button
            onClick={() => (isBlocked ? void unblock(id, name) : setAsking(true))}
            icon={<Ban aria-hidden="true" className={ICON} />}
          >
            {t(isBlocked ? "block.unblock" : "block.block")}
          </Button>
        </>
      )}
      {me.is_staff && (
        <Link href={`/admin/users/${id}/`} className={buttonClass()}>
          {t("people.administer")}
        </Link>
      )}
      {isAsking && <BlockDialog userId={id} name={name} onClose={() => setAsking(false)} />}
    </div>
  );
}
