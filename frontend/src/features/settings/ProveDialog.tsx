import { t } from "../../i18n";
import { Button } from "../../ui/button";
import { Dialog, DialogActions } from "../../ui/dialog";
import { FormAlert } from "../../ui/form-alert";
import { useForm } from "../../ui/use-form";
import { CurrentPassword } from "./CurrentPassword";
import { wrongPassword } from "./limits";

type ProveDialogProps = {
  title: string;
  /** What will happen. */
  text: string;
  /** What the button says. */
  action: string;
  danger?: boolean;
  /** Does it, with the password as proof of who asks. */
  send: (proof: { current_password: string }) => Promise<void>;
  onClose: () => void;
};

/** Asks for the password, and then does what changes how one signs in. */
export function ProveDialog({ title, text, action, danger, send, onClose }: ProveDialogProps) {
  const form = useForm({ current_password: "" });
  return (
    <Dialog title={title} text={text} onClose={onClose}>
      <form
        {...form.on(() => send(form.values), { blame: wrongPassword() })}
        className="flex flex-col gap-4 px-6 pt-4 pb-6"
      >
        <FormAlert text={form.summary} />
        <CurrentPassword bind={form.bind} autoFocus />
        <DialogActions>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button type="submit" variant={danger ? "danger" : "primary"} busy={form.busy}>
            {action}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
