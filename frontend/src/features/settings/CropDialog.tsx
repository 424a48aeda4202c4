import { useEffect, useRef, useState } from "react";
import type { Me } from "../../api/types";
import { uploadAvatar } from "../../api/upload";
import { t } from "../../i18n";
import { Button } from "../../ui/button";
import { Dialog, DialogActions } from "../../ui/dialog";
import { FormAlert } from "../../ui/form-alert";
import { errorText } from "../../ui/form-errors";
import type { Picture } from "./AvatarField";
import { CropStage } from "./CropStage";
import { startView, ZOOM_MAX, zoomed } from "./crop";
import { cut } from "./picture";

type CropDialogProps = { picture: Picture; onDone: (me: Me) => void; onClose: () => void };

/** Chooses the square of a picture, by hand or by keys, and uploads it. */
export function CropDialog({ picture, onDone, onClose }: CropDialogProps) {
  const { image, size } = picture;
  const [view, setView] = useState(() => startView(size));
  /** How much was sent, 0–1; null while nothing is being sent. */
  const [sent, setSent] = useState<number | null>(null);
  const [error, setError] = useState<string | null>(null);
  const abort = useRef<AbortController | null>(null);
  useEffect(() => () => abort.current?.abort(), []);

  const use = async () => {
    const controller = new AbortController();
    abort.current = controller;
    setError(null);
    setSent(0);
    try {
      const square = await cut(image, size, view);
      onDone(await uploadAvatar(square, { onProgress: setSent, signal: controller.signal }));
    } catch (failure) {
      if (controller.signal.aborted) return;
      setError(errorText(failure));
      setSent(null);
    }
  };

  return (
    <Dialog title={t("settings.crop_title")} className="md:w-110" onClose={onClose}>
      <div className="flex flex-col gap-4 overflow-y-auto px-6 pt-4 pb-6">
        <FormAlert text={error} />
        <CropStage picture={picture} view={view} onView={setView} />
        <label className="flex items-center gap-3 text-13 font-medium">
          {t("settings.crop_zoom")}
          <input
            type="range"
            min={1}
            max={ZOOM_MAX}
            step={0.01}
            value={view.zoom}
            onChange={(event) => setView(zoomed(size, view, Number(event.currentTarget.value)))}
            className="h-6 min-w-0 flex-1 cursor-pointer max-md:h-11"
          />
        </label>
        {sent !== null && (
          <div
            role="progressbar"
            aria-label={t("settings.crop_progress")}
            aria-valuenow={Math.round(sent * 100)}
            className="h-1.5 overflow-clip rounded-full bg-active"
          >
            <div className="h-full rounded-full bg-accent" style={{ width: `${sent * 100}%` }} />
          </div>
        )}
        <DialogActions>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button variant="primary" busy={sent !== null} onClick={use}>
            {t("settings.crop_use")}
          </Button>
        </DialogActions>
      </div>
    </Dialog>
  );
}
