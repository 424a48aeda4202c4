import { useState } from "react";
import { t } from "../../i18n";
import { Button } from "../../ui/button";
import { ConfirmDialog } from "../../ui/confirm-dialog";
import { errorText } from "../../ui/form-errors";
import { toast, toastError } from "../../ui/toast-store";
import { send } from "./call";
import { Part } from "./Frame";
import { PasswordDialog } from "./PasswordDialog";
import type { Action, AdminUser, AnyNoun } from "./types";

type ObjectActionsProps = {
  noun: AnyNoun;
  item: unknown;
  onAction: (action: Action) => void;
  onDone: () => void;
};

/** What can be done to one: what a list can do to many, and what is only for accounts. */
export function ObjectActions({ noun, item, onAction, onDone }: ObjectActionsProps) {
  if (noun.actions.length === 0 || noun.isChangeable?.(item) === false) return null;
  return (
    <Part title={t("admin.actions")}>
      <div className="flex flex-wrap gap-2">
        {noun.name === "users" && <AccountActions user={item as AdminUser} onDone={onDone} />}
        {noun.actions.map((action) => (
          <Button
            key={action.name}
            variant={action.name === "delete" ? "danger" : "secondary"}
            onClick={() => onAction(action)}
          >
            {t(action.label)}
          </Button>
        ))}
      </div>
    </Part>
  );
}

function AccountActions({ user, onDone }: { user: AdminUser; onDone: () => void }) {
  const [asking, setAsking] = useState<"password" | "totp" | null>(null);
  const removeTotp = async () => {
    try {
      await send("DELETE", `users/${user.id}/totp`);
      toast(t("admin.changed"));
      onDone();
    } catch (error) {
      toastError(errorText(error));
    }
  };
  return (
    <>
      <Button onClick={() => setAsking("password")}>{t("admin.set_password")}</Button>
      {user.totp_enabled && (
        <Button onClick={() => setAsking("totp")}>{t("admin.remove_totp")}</Button>
      )}
      {asking === "password" && (
        <PasswordDialog user={user} onDone={onDone} onClose={() => setAsking(null)} />
      )}
      {asking === "totp" && (
        <ConfirmDialog
          danger
          title={t("admin.remove_totp")}
          text={t("admin.remove_totp_text", { name: user.username })}
          action={t("admin.remove_totp")}
          onConfirm={removeTotp}
          onClose={() => setAsking(null)}
        />
      )}
    </>
  );
}
