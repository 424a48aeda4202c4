import { t } from "../../i18n";
import { loadNewer, loadOlder, openRoom } from "../../realtime/store";
import type { WindowFailure } from "../../realtime/types";
import { Button } from "../../ui/button";

const AGAIN = { before: loadOlder, after: loadNewer, whole: openRoom };

/** The last load did not succeed: why, and again. As high as what stands for rows that are on their way. */
export function LoadFailed({ roomId, failure }: { roomId: number; failure: WindowFailure }) {
  return (
    <div
      role="alert"
      className="flex min-h-16 flex-wrap items-center gap-3 px-5 py-3 text-14 text-ink-2 max-md:px-4"
    >
      <p>{failure.detail || t("timeline.load_failed")}</p>
      <Button size="small" onClick={() => void AGAIN[failure.direction](roomId)}>
        {t("timeline.retry_load")}
      </Button>
    </div>
  );
}
