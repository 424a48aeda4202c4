import { useState } from "react";
import { t } from "../../i18n";
import { joinRoom } from "../../realtime/store";
import type { Room } from "../../realtime/types";
import { Button } from "../../ui/button";
import { errorText } from "../../ui/form-errors";
import { toastError } from "../../ui/toast-store";

/** Stands in the composer's place for whoever reads without being a member. */
export default function JoinBar({ room }: { room: Room }) {
  const [busy, setBusy] = useState(false);
  const join = async () => {
    setBusy(true);
    try {
      await joinRoom(room.id);
    } catch (error) {
      toastError(errorText(error));
      setBusy(false);
    }
  };
  return (
    <div className="flex min-h-14 items-center justify-between gap-3 rounded-panel py-2 ps-4 pe-2.5 shadow-ring">
      <p className="text-14 text-ink-2">{t("rooms.not_member")}</p>
      <Button variant="primary" busy={busy} onClick={join}>
        {t("rooms.join")}
      </Button>
    </div>
  );
}
