import { useState } from "react";
import { t } from "../i18n";
import { Button } from "./button";
import { Dialog, DialogActions } from "./dialog";

type ConfirmDialogProps = {
  title: string;
  text: string;
  /** The word on the button that does it. */
  action: string;
  danger?: boolean;
  onConfirm: () => Promise<void> | void;
  onClose: () => void;
};

/** Asks once before something that cannot be taken back. */
export function ConfirmDialog({
  title,
  text,
  action,
  danger,
  onConfirm,
  onClose,
}: ConfirmDialogProps) {
  const [busy, setBusy] = useState(false);
  const confirm = async () => {
    setBusy(true);
    try {
      await onConfirm();
      onClose();
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog title={title} text={text} onClose={onClose}>
      <div className="px-6 pb-6">
        <DialogActions>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button variant={danger ? "danger" : "primary"} busy={busy} onClick={confirm}>
            {action}
          </Button>
        </DialogActions>
      </div>
    </Dialog>
  );
}
