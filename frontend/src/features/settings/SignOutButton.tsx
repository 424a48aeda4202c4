import { LogOut } from "lucide-react";
import { useState } from "react";
import { t } from "../../i18n";
import { signOut } from "../../realtime/store";
import { Button } from "../../ui/button";
import { ConfirmDialog } from "../../ui/confirm-dialog";

/** Signs out; asks first when something written would be lost. */
export function SignOutButton() {
  const [unsent, setUnsent] = useState(0);
  const leave = async (discardUnsent: boolean) => {
    const outcome = await signOut({ discardUnsent });
    if (!outcome.done) setUnsent(outcome.unsent);
  };
  return (
    <>
      <Button
        variant="secondary"
        icon={<LogOut aria-hidden="true" className="size-4" />}
        onClick={() => void leave(false)}
      >
        {t("auth.sign_out")}
      </Button>
      {unsent > 0 && (
        <ConfirmDialog
          danger
          title={t("auth.sign_out_unsent_title")}
          text={t("auth.sign_out_unsent", { count: unsent })}
          action={t("auth.sign_out")}
          onConfirm={() => leave(true)}
          onClose={() => setUnsent(0)}
        />
      )}
    </>
  );
}
