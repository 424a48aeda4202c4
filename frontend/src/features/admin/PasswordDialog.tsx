import { t } from "../../i18n";
import { Button } from "../../ui/button";
import { Dialog, DialogActions } from "../../ui/dialog";
import { FormAlert } from "../../ui/form-alert";
import { PasswordField } from "../../ui/password-field";
import { toast } from "../../ui/toast-store";
import { useForm } from "../../ui/use-form";
import { send } from "./call";
import type { AdminUser } from "./types";

type PasswordDialogProps = { user: AdminUser; onDone: () => void; onClose: () => void };

/** Another password for somebody; it ends all their sessions. */
export function PasswordDialog({ user, onDone, onClose }: PasswordDialogProps) {
  const form = useForm({ new_password: "" });
  const save = async () => {
    await send("PUT", `users/${user.id}/password`, { body: form.values });
    toast(t("admin.password_set"));
    onDone();
    onClose();
  };
  return (
    <Dialog
      title={t("admin.set_password")}
      text={t("admin.set_password_text", { name: user.username })}
      onClose={onClose}
    >
      <form {...form.on(save)} className="flex flex-col gap-4 px-6 pt-4 pb-6">
        <FormAlert text={form.summary} />
        <PasswordField
          {...form.bind("new_password")}
          label={t("admin.field.password")}
          required
          autoFocus
          minLength={8}
          maxLength={1024}
          autoComplete="new-password"
        />
        <DialogActions>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button type="submit" variant="primary" busy={form.busy}>
            {t("common.save")}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
