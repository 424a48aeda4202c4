import { KeyRound } from "lucide-react";
import { useCallback, useState } from "react";
import { api, call } from "../../api/client";
import type { MadeToken } from "../../api/types";
import { t } from "../../i18n";
import { Button } from "../../ui/button";
import { EmptyState } from "../../ui/empty-state";
import { PagedList } from "../../ui/paged-list";
import { usePages } from "../../ui/use-pages";
import { NewTokenDialog } from "./NewTokenDialog";
import { SettingsSection } from "./SettingsSection";
import { TokenMade } from "./TokenMade";
import { TokenRow } from "./TokenRow";

/** Personal access tokens: for programs that act for a person. */
export function TokensSection() {
  const load = useCallback(() => call(api.GET("/api/auth/tokens")), []);
  const pages = usePages("", load);
  const [isMaking, setMaking] = useState(false);
  const [made, setMade] = useState<MadeToken | null>(null);
  return (
    <SettingsSection title={t("settings.tokens")} text={t("settings.tokens_text")}>
      {made && <TokenMade made={made} onDone={() => setMade(null)} />}
      <PagedList
        label={t("settings.tokens")}
        pages={pages}
        rowKey={(token) => token.id}
        row={(token) => <TokenRow token={token} onRevoked={pages.reload} />}
        empty={
          <div className="-mx-5 -mt-6 -mb-4">
            <EmptyState
              align="start"
              icon={<KeyRound className="size-6" />}
              title={t("settings.tokens_none")}
              text={t("settings.tokens_none_text")}
            />
          </div>
        }
      />
      <Button variant="primary" className="mt-4" onClick={() => setMaking(true)}>
        {t("settings.token_new")}
      </Button>
      {isMaking && (
        <NewTokenDialog
          onMade={(token) => {
            setMade(token);
            setMaking(false);
            pages.reload();
          }}
          onClose={() => setMaking(false)}
        />
      )}
    </SettingsSection>
  );
}
