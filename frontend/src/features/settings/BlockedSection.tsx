import { useCallback } from "react";
import { api, call } from "../../api/client";
import { unblock } from "../../app/BlockDialog";
import { t } from "../../i18n";
import { dateOnly } from "../../lib/time";
import { Avatar } from "../../ui/avatar";
import { Button } from "../../ui/button";
import { PagedList } from "../../ui/paged-list";
import { usePages } from "../../ui/use-pages";
import { SettingsSection } from "./SettingsSection";

/** Whom one has blocked, and since when; each can be let in again. */
export default function BlockedSection() {
  const load = useCallback(
    ({ cursor }: { cursor?: string }) =>
      call(api.GET("/api/profiles/blocks", { params: { query: cursor ? { cursor } : {} } })),
    [],
  );
  const pages = usePages("", load);
  return (
    <SettingsSection title={t("settings.blocked")} text={t("settings.blocked_text")}>
      <PagedList
        label={t("settings.blocked")}
        pages={pages}
        rowKey={({ profile }) => profile.id}
        row={({ profile, created_at }) => (
          <>
            <Avatar
              userId={profile.id}
              name={profile.display_name}
              url={profile.avatar_url}
              size={40}
            />
            <span className="min-w-0 flex-1">
              <span dir="auto" className="block truncate text-15 font-semibold tracking-name">
                {profile.display_name}
              </span>
              <span className="block truncate text-13 text-ink-2">
                {t("settings.blocked_since", {
                  name: profile.username,
                  date: dateOnly(created_at),
                })}
              </span>
            </span>
            <Button
              aria-label={t("settings.unblock_named", { name: profile.display_name })}
              onClick={() => void unblock(profile.id, profile.display_name).then(pages.reload)}
            >
              {t("block.unblock")}
            </Button>
          </>
        )}
        empty={<p className="py-4 text-14 text-ink-2">{t("settings.blocked_none")}</p>}
      />
    </SettingsSection>
  );
}
