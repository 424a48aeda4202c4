import { t } from "../i18n";
import { toast, toastError } from "./toast-store";

/** Puts a text on the clipboard and says so. */
export async function copyText(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toast(t("common.copied"));
  } catch {
    // Without a secure context or a permission there is no clipboard.
    toastError(t("errors.clipboard"));
  }
}
