import { ShieldCheck } from "lucide-react";
import { useState } from "react";
import { api, call } from "../../api/client";
import { t } from "../../i18n";
import { Button } from "../../ui/button";
import { toast } from "../../ui/toast-store";
import { ProveDialog } from "./ProveDialog";

/** So few codes left are worth a word. */
const CODES_FEW = 3;

type TotpOnProps = {
  codesLeft: number;
  onCodes: (codes: readonly string[]) => void;
  onRemoved: () => Promise<void>;
};

/** It is on: says so, how many recovery codes are left, makes other ones, and ends it. */
export function TotpOn({ codesLeft, onCodes, onRemoved }: TotpOnProps) {
  const [asking, setAsking] = useState<"renew" | "remove" | null>(null);
  const close = () => setAsking(null);
  return (
    <>
      <div className="flex min-h-14 flex-wrap items-center justify-between gap-x-4 gap-y-2 rounded-input px-3.5 py-2 shadow-ring-line">
        <div className="min-w-0">
          <p className="flex items-center gap-1.5 text-14 font-medium">
            <ShieldCheck aria-hidden="true" className="size-4 text-accent-text" />
            {t("settings.totp_on")}
          </p>
          <p className="text-13 text-ink-2">{t("settings.codes_left", { count: codesLeft })}</p>
        </div>
        <div className="flex flex-wrap gap-2">
          <Button onClick={() => setAsking("renew")}>{t("settings.codes_renew")}</Button>
          <Button onClick={() => setAsking("remove")}>{t("settings.totp_remove")}</Button>
        </div>
      </div>
      {codesLeft <= CODES_FEW && (
        <p className="mt-3 rounded-input bg-warn-soft px-3 py-2.5 text-13 text-warn-text">
          {t("settings.codes_few")}
        </p>
      )}
      {asking === "renew" && (
        <ProveDialog
          title={t("settings.codes_renew_title")}
          text={t("settings.codes_renew_text")}
          action={t("settings.codes_renew")}
          send={async (proof) => {
            const made = await call(api.POST("/api/auth/totp/recovery-codes", { body: proof }));
            close();
            onCodes(made.recovery_codes);
          }}
          onClose={close}
        />
      )}
      {asking === "remove" && (
        <ProveDialog
          danger
          title={t("settings.totp_remove_title")}
          text={t("settings.totp_remove_text")}
          action={t("settings.totp_remove")}
          send={async (proof) => {
            await call(api.DELETE("/api/auth/totp", { body: proof }));
            toast(t("settings.totp_removed"));
            close();
            await onRemoved();
          }}
          onClose={close}
        />
      )}
    </>
  );
}
