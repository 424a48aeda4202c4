import { Monitor, Smartphone } from "lucide-react";
import { useState } from "react";
import type { Session } from "../../api/types";
import { t } from "../../i18n";
import { fullTime, shortTime } from "../../lib/time";
import { programOf } from "../../lib/user-agent";
import { Button } from "../../ui/button";
import { Chip } from "../../ui/chip";

type SessionRowProps = { session: Session; onEnd: () => Promise<void> };

/** One login: with what, from where, when it was last used. */
export function SessionRow({ session, onEnd }: SessionRowProps) {
  const [busy, setBusy] = useState(false);
  const program = programOf(session.user_agent ?? null);
  const name = nameOf(program);
  const Icon = program?.isPhone ? Smartphone : Monitor;
  return (
    <>
      <Icon aria-hidden="true" className="size-5 shrink-0 text-ink-2" />
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-x-2 text-14 font-medium">
          {name}
          {session.current && <Chip>{t("settings.session_this")}</Chip>}
        </p>
        <p className="text-13 text-ink-2" data-tooltip={fullTime(session.last_seen_at)}>
          {[session.ip, t("settings.session_seen", { time: shortTime(session.last_seen_at) })]
            .filter(Boolean)
            .join(" · ")}
        </p>
      </div>
      {!session.current && (
        <Button
          busy={busy}
          aria-label={t("settings.session_end_named", { name })}
          onClick={async () => {
            setBusy(true);
            await onEnd();
            setBusy(false);
          }}
        >
          {t("settings.session_end")}
        </Button>
      )}
    </>
  );
}

function nameOf(program: ReturnType<typeof programOf>): string {
  if (!program) return t("settings.session_unknown");
  const { name, system } = program;
  return system ? t("settings.session_on", { name, system }) : name;
}
