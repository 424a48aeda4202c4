import { ShieldCheck } from "lucide-react";
import { useState } from "react";
import { t } from "../../i18n";
import { Button } from "../../ui/button";
import { TotpRemoveDialog } from "./TotpRemoveDialog";

/** So few codes left are worth a word. */
const CODES_FEW = 3;

type TotpOnProps = { codesLeft: number; onRemoved: () => Promise<void> };

/** It is on: says so, how many recovery codes are left, and ends it. */
export function TotpOn({ codesLeft, onRemoved }: TotpOnProps) {
  const [isRemoving, setRemoving] = useState(false);
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
        <Button onClick={() => setRemoving(true)}>{t("settings.totp_remove")}</Button>
      </div>
      {codesLeft <= CODES_FEW && (
        <p className="mt-3 rounded-input bg-warn-soft px-3 py-2.5 text-13 text-warn-text">
          {t("settings.codes_few")}
        </p>
      )}
      {isRemoving && <TotpRemoveDialog onRemoved={onRemoved} onClose={() => setRemoving(false)} />}
    </>
  );
}
