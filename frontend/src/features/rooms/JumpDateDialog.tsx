import { type FormEvent, useState } from "react";
import { api, call } from "../../api/client";
import type { Room } from "../../api/types";
import { showMessage } from "../../app/show-message";
import { t } from "../../i18n";
import { Button } from "../../ui/button";
import { Dialog, DialogActions } from "../../ui/dialog";
import { Field } from "../../ui/field";
import { FormAlert } from "../../ui/form-alert";
import { errorText } from "../../ui/form-errors";

/** Leads to what was said first on a day, or next after it. */
export default function JumpDateDialog({ room, onClose }: { room: Room; onClose: () => void }) {
  const today = dayOf(new Date());
  const [day, setDay] = useState(today);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy || !day) return;
    setBusy(true);
    try {
      const seq = await firstSeqOf(room, day);
      onClose();
      showMessage(room.id, seq);
    } catch (error) {
      setProblem(errorText(error));
      setBusy(false);
    }
  };

  return (
    <Dialog title={t("rooms.manage.to_date")} onClose={onClose}>
      <form noValidate onSubmit={submit} className="px-6 pt-5 pb-6">
        <FormAlert text={problem} />
        <Field
          label={t("rooms.manage.date")}
          type="date"
          name="date"
          required
          autoFocus
          min={dayOf(new Date(room.created_at))}
          max={today}
          value={day}
          onValue={setDay}
        />
        <DialogActions>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button type="submit" variant="primary" busy={busy} disabled={!day}>
            {t("timeline.jump")}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

/** The message after the newest one from before the day; the first of all where there is none. */
async function firstSeqOf(room: Room, day: string): Promise<number> {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  const before = new Date(year, month - 1, date).toISOString();
  let cursor: string | null = null;
  do {
    const query = { room_id: room.id, before, limit: 1, ...(cursor && { cursor }) };
    const page: { items: { seq: number }[]; next: string | null } = await call(
      api.GET("/api/messages", { params: { query } }),
    );
    const last = page.items[0];
    if (last) return Math.min(last.seq + 1, room.head);
    cursor = page.next;
  } while (cursor);
  return 1;
}

/** A local day as `<input type="date">` has it. */
function dayOf(at: Date): string {
  const two = (number: number) => String(number).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}
