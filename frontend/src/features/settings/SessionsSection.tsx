import { useCallback, useState } from "react";
import { api, call } from "../../api/client";
import { ApiError } from "../../api/error";
import { t } from "../../i18n";
import { Button } from "../../ui/button";
import { ConfirmDialog } from "../../ui/confirm-dialog";
import { errorText } from "../../ui/form-errors";
import { PagedList } from "../../ui/paged-list";
import { toast, toastError } from "../../ui/toast-store";
import { usePages } from "../../ui/use-pages";
import { SessionRow } from "./SessionRow";
import { SettingsSection } from "./SettingsSection";

/** Where one is signed in; each can be ended, and all but this one together. */
export function SessionsSection() {
  const load = useCallback(() => call(api.GET("/api/auth/sessions")), []);
  const pages = usePages("", load);
  const [isAsking, setAsking] = useState(false);
  const hasOthers = pages.items.some((session) => !session.current);

  const end = async (id: number) => {
    try {
      await revoke(id);
      toast(t("settings.session_ended"));
    } catch (error) {
      toastError(errorText(error));
    }
    pages.reload();
  };
  const endOthers = async () => {
    try {
      await revokeOthers();
      toast(t("settings.sessions_ended"));
    } catch (error) {
      toastError(errorText(error));
    }
    pages.reload();
  };

  return (
    <SettingsSection title={t("settings.sessions")} text={t("settings.sessions_text")}>
      <PagedList
        label={t("settings.sessions")}
        pages={pages}
        rowKey={(session) => session.id}
        row={(session) => <SessionRow session={session} onEnd={() => end(session.id)} />}
        empty={null}
      />
      {hasOthers && (
        <Button className="mt-4" onClick={() => setAsking(true)}>
          {t("settings.sessions_end")}
        </Button>
      )}
      {isAsking && (
        <ConfirmDialog
          danger
          title={t("settings.sessions_end_title")}
          text={t("settings.sessions_end_text")}
          action={t("settings.sessions_end")}
          onConfirm={endOthers}
          onClose={() => setAsking(false)}
        />
      )}
    </SettingsSection>
  );
}

async function revoke(session_id: number): Promise<void> {
  try {
    await call(api.DELETE("/api/auth/sessions/{session_id}", { params: { path: { session_id } } }));
  } catch (error) {
    // It has ended by itself meanwhile.
    if (!(error instanceof ApiError) || error.code !== "not_found") throw error;
  }
}

/** Ends every session but this one, also those that began after the list was loaded. */
async function revokeOthers(): Promise<void> {
  const { items } = await call(api.GET("/api/auth/sessions"));
  for (const session of items) if (!session.current) await revoke(session.id);
}
