import { api, call } from "../../api/client";
import { t } from "../../i18n";
import { Button } from "../../ui/button";
import { Dialog, DialogActions } from "../../ui/dialog";
import { FormAlert } from "../../ui/form-alert";
import { toast } from "../../ui/toast-store";
import { useForm } from "../../ui/use-form";
import { CurrentPassword } from "./CurrentPassword";
import { wrongPassword } from "./limits";

type TotpRemoveDialogProps = { onRemoved: () => Promise<void>; onClose: () => void };

/** Ends two-factor authentication, for the password. */
export function TotpRemoveDialog({ onRemoved, onClose }: TotpRemoveDialogProps) {
  const form = useForm({ current_password: "" });

  const send = async () => {
    await call(api.DELETE("/api/auth/totp", { body: form.values }));
    toast(t("settings.totp_removed"));
    onClose();
    await onRemoved();
  };

  return (
    <Dialog
      title={t("settings.totp_remove_title")}
      text={t("settings.totp_remove_text")}
      onClose={onClose}
    >
      <form
        {...form.on(send, { blame: wrongPassword() })}
        className="flex flex-col gap-4 px-6 pt-4 pb-6"
      >
        <FormAlert text={form.summary} />
        <CurrentPassword bind={form.bind} autoFocus />
        <DialogActions>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button type="submit" variant="danger" busy={form.busy}>
            {t("settings.totp_remove")}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
