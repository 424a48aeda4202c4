import { useState } from "react";
import { api, call } from "../../api/client";
import { ApiError } from "../../api/error";
import type { PersonalToken } from "../../api/types";
import { t } from "../../i18n";
import { dateOnly, shortTime } from "../../lib/time";
import { Button } from "../../ui/button";
import { Chip } from "../../ui/chip";
import { ConfirmDialog } from "../../ui/confirm-dialog";
import { errorText } from "../../ui/form-errors";
import { toast, toastError } from "../../ui/toast-store";

type TokenRowProps = { token: PersonalToken; onRevoked: () => void };

/** One token: what it may do, until when, and when it was last used. */
export function TokenRow({ token, onRevoked }: TokenRowProps) {
  const [isAsking, setAsking] = useState(false);
  const revoke = async () => {
    try {
      const path = { token_id: token.id };
      await call(api.DELETE("/api/auth/tokens/{token_id}", { params: { path } }));
      toast(t("settings.token_revoked"));
    } catch (error) {
      // It has ended by itself meanwhile.
      const isGone = error instanceof ApiError && error.code === "not_found";
      if (!isGone) toastError(errorText(error));
    }
    onRevoked();
  };
  return (
    <>
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-14 font-medium">
          <span className="min-w-0 break-words">{token.name}</span>
          {token.scopes.map((scope) => (
            <Chip key={scope}>{t(`settings.scope.${scope}`)}</Chip>
          ))}
        </p>
        <p className="text-13 text-ink-2">
          {token.expires_at
            ? t("settings.token_until", { date: dateOnly(token.expires_at) })
            : t("settings.token_forever")}
          {" · "}
          {token.last_used_at
            ? t("settings.token_used", { time: shortTime(token.last_used_at) })
            : t("settings.token_unused")}
        </p>
      </div>
      <Button
        aria-label={t("settings.token_revoke_named", { name: token.name })}
        onClick={() => setAsking(true)}
      >
        {t("settings.token_revoke")}
      </Button>
      {isAsking && (
        <ConfirmDialog
          danger
          title={t("settings.token_revoke_title", { name: token.name })}
          text={t("settings.token_revoke_text")}
          action={t("settings.token_revoke")}
          onConfirm={revoke}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
}
