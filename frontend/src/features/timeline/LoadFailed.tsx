import { t } from "../../i18n";
import { openRoom } from "../../realtime/store";
import type { WindowFailure } from "../../realtime/types";
import { Button } from "../../ui/button";

/** The last load did not succeed: why, and again. */
export function LoadFailed({ roomId, failure }: { roomId: number; failure: WindowFailure }) {
  return (
    <div
      role="alert"
      className="flex flex-wrap items-center gap-3 px-5 py-3 text-14 text-ink-2 max-md:px-4"
    >
      <p>{failure.detail || t("timeline.load_failed")}</p>
      <Button size="small" onClick={() => openRoom(roomId)}>
        {t("timeline.retry_load")}
      </Button>
    </div>
  );
}
