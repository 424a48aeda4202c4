import { BadgeCheck, CircleAlert } from "lucide-react";
import { useState } from "react";
import { api, call } from "../../api/client";
import type { Me } from "../../api/types";
import { t } from "../../i18n";
import { Button } from "../../ui/button";
import { errorText } from "../../ui/form-errors";
import { toast, toastError } from "../../ui/toast-store";

type EmailStateProps = {
  me: Me;
  /** Another address waits for its link to be opened. */
  pending: boolean;
};

/** The address of today, whether it was verified, and the link once more where one is awaited. */
export function EmailState({ me, pending }: EmailStateProps) {
  const [busy, setBusy] = useState(false);
  const resend = async () => {
    setBusy(true);
    try {
      await call(api.POST("/api/auth/email/resend", { body: {} }));
      toast(t("settings.email_sent"));
    } catch (error) {
      toastError(errorText(error));
    } finally {
      setBusy(false);
    }
  };
  const awaitsLink = pending || (me.email && !me.email_verified);
  return (
    <div className="mb-4 flex min-h-14 flex-wrap items-center justify-between gap-x-4 gap-y-2 rounded-input px-3.5 py-2 shadow-ring-line">
      <div className="min-w-0">
        <p className="text-14 font-medium break-words">{me.email ?? t("settings.email_none")}</p>
        {me.email && (
          <p
            className={
              me.email_verified
                ? "flex items-center gap-1.5 text-13 text-ink-2"
                : "flex items-center gap-1.5 text-13 text-warn-text"
            }
          >
            {me.email_verified ? (
              <BadgeCheck aria-hidden="true" className="size-4 text-accent-text" />
            ) : (
              <CircleAlert aria-hidden="true" className="size-4" />
            )}
            {t(me.email_verified ? "settings.email_verified" : "settings.email_unverified")}
          </p>
        )}
      </div>
      {awaitsLink && (
        <Button busy={busy} onClick={resend}>
          {t("settings.email_resend")}
        </Button>
      )}
    </div>
  );
}
