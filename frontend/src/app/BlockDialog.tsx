import { t } from "../i18n";
import { setBlocked } from "../realtime/manage";
import { ConfirmDialog } from "../ui/confirm-dialog";
import { errorText } from "../ui/form-errors";
import { toast, toastError } from "../ui/toast-store";

type BlockDialogProps = { userId: number; name: string; onClose: () => void };

/** Says what blocking somebody does before it is done. */
export function BlockDialog({ userId, name, onClose }: BlockDialogProps) {
  const block = async () => {
    try {
      await setBlocked(userId, true);
      toast(t("block.done", { name }), {
        action: { label: t("common.undo"), run: () => void unblock(userId, name) },
      });
    } catch (error) {
      toastError(errorText(error));
    }
  };
  return (
    <ConfirmDialog
      danger
      title={t("block.confirm", { name })}
      text={t("block.text")}
      action={t("block.block")}
      onConfirm={block}
      onClose={onClose}
    />
  );
}

/** Takes it back at once: nothing is lost by that. */
export async function unblock(userId: number, name: string): Promise<void> {
  try {
    await setBlocked(userId, false);
    toast(t("block.undone", { name }));
  } catch (error) {
    toastError(errorText(error));
  }
}
