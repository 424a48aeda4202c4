import { type FormEvent, useState } from "react";
import { api, call } from "../../api/client";
import type { List, Room } from "../../api/types";
import { showMessage } from "../../app/show-message";
import { showTail } from "../../app/show-tail";
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
      if (seq === null) showTail(room.id);
      else showMessage(room.id, seq);
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

/** The first message of the day, or the next one after it; null where none came any more. */
async function firstSeqOf(room: Room, day: string): Promise<number | null> {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  const after = new Date(year, month - 1, date).toISOString();
  const query = { room_id: room.id, after, ordering: "created_at" as const, limit: 1 };
  let cursor: string | null = null;
  do {
    const page: List<{ seq: number }> = await call(
      api.GET("/api/messages", { params: { query: { ...query, ...(cursor && { cursor }) } } }),
    );
    const first = page.items[0];
    if (first) return first.seq;
    cursor = page.next;
  } while (cursor);
  return null;
}

/** A local day as `<input type="date">` has it. */
function dayOf(at: Date): string {
  const two = (number: number) => String(number).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}
