import { Download } from "lucide-react";
import { useState } from "react";
import type { SentFile } from "../../api/types";
import { t } from "../../i18n";
import { errorText } from "../../ui/form-errors";
import { toastError } from "../../ui/toast-store";
import { FileIcon } from "./FileIcon";
import { fileSize } from "./file";
import { download } from "./load";

/** What is not shown but downloaded: its kind, its name, its size. */
export function FileRow({ file }: { file: SentFile }) {
  const [busy, setBusy] = useState(false);
  const get = async () => {
    if (busy) return;
    setBusy(true);
    try {
      await download(file);
    } catch (error) {
      toastError(errorText(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <button
      type="button"
      aria-busy={busy}
      onClick={() => void get()}
      className="flex size-full items-center gap-3 rounded-input bg-panel px-3 text-start shadow-ring hover:bg-hover"
    >
      <FileIcon name={file.name} mediaType={file.media_type} />
      <span className="min-w-0 flex-1">
        <span className="block truncate text-14 font-medium">
          <span className="sr-only">{`${t("files.download")} `}</span>
          {file.name}
        </span>
        <span className="block text-12 text-ink-2">{fileSize(file.size)}</span>
      </span>
      <Download aria-hidden="true" className="size-4 shrink-0 text-ink-2" />
    </button>
  );
}
