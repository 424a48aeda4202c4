import { ChevronLeft, ChevronRight, Download, X } from "lucide-react";
import { type KeyboardEvent, useState } from "react";
import type { SentFile } from "../../api/types";
import { t } from "../../i18n";
import { Dialog } from "../../ui/dialog";
import { errorText } from "../../ui/form-errors";
import { IconButton } from "../../ui/icon-button";
import { toastError } from "../../ui/toast-store";
import { fileSize } from "./file";
import { download, usePicture } from "./load";

type LightboxProps = { start: SentFile; files: readonly SentFile[]; onClose: () => void };

/** A picture as large as the screen; the arrows go to the others of its message, Escape goes back. */
export function Lightbox({ start, files, onClose }: LightboxProps) {
  const [at, setAt] = useState(() => Math.max(0, files.indexOf(start)));
  const file = files[at] ?? start;
  const { url, error, again } = usePicture(file, true);
  const count = files.length;
  const go = (by: number) => setAt((now) => (now + by + count) % count);
  const onKeyDown = (event: KeyboardEvent) => {
    // The timeline below has keys of its own.
    event.stopPropagation();
    if (event.key === "ArrowRight") go(1);
    else if (event.key === "ArrowLeft") go(-1);
  };
  return (
    <Dialog
      bare
      title={file.name}
      onClose={onClose}
      className="m-auto! h-[calc(100dvh-2rem)]! max-h-none! w-[calc(100vw-2rem)]! max-w-none! max-md:h-dvh! max-md:w-dvw! max-md:rounded-none!"
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions: it only listens for what the buttons do as well */}
      <div className="flex size-full flex-col" onKeyDown={onKeyDown}>
        <div className="flex h-14 shrink-0 items-center gap-1 ps-5 pe-3">
          <p className="min-w-0 flex-1">
            <span className="block truncate text-14 font-medium">{file.name}</span>
            <span className="block text-12 text-ink-2">
              {fileSize(file.size)}
              {count > 1 && ` · ${t("files.of", { number: at + 1, total: count })}`}
            </span>
          </p>
          <IconButton
            className="max-md:size-11"
            label={t("files.download")}
            icon={<Download className="size-[1.125rem]" />}
            onClick={() => download(file).catch((why) => toastError(errorText(why)))}
          />
          <IconButton
            data-close
            className="max-md:size-11"
            label={t("common.close")}
            icon={<X className="size-[1.125rem]" />}
            onClick={onClose}
          />
        </div>
        <div className="relative min-h-0 flex-1 bg-sunken">
          {url && <img src={url} alt={file.name} className="size-full object-contain" />}
          {error !== null && (
            <button type="button" className="size-full text-14 text-ink-2" onClick={again}>
              {t("files.retry_named", { name: file.name })}
            </button>
          )}
          {count > 1 && (
            <>
              <Turn side="start-2" label={t("files.previous")} onPress={() => go(-1)}>
                <ChevronLeft className="size-6" />
              </Turn>
              <Turn side="end-2" label={t("files.next")} onPress={() => go(1)}>
                <ChevronRight className="size-6" />
              </Turn>
            </>
          )}
        </div>
      </div>
    </Dialog>
  );
}

type TurnProps = { side: string; label: string; onPress: () => void; children: React.ReactNode };

function Turn({ side, label, onPress, children }: TurnProps) {
  return (
    <IconButton
      label={label}
      icon={children}
      onClick={onPress}
      className={`absolute top-1/2 size-11! -translate-y-1/2 bg-raised shadow-bar ${side}`}
    />
  );
}
