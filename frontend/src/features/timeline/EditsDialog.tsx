import { useEffect, useState } from "react";
import { t } from "../../i18n";
import { fullTime } from "../../lib/time";
import { listEdits } from "../../realtime/store";
import type { Message } from "../../realtime/types";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { errorText } from "../../ui/form-errors";
import { MessageText } from "./MessageText";

type Held = { items: Awaited<ReturnType<typeof listEdits>>["items"]; next: string | null };

/** What a message said before, the latest first; for its author and those who moderate. */
export default function EditsDialog({
  message,
  onClose,
}: {
  message: Message;
  onClose: () => void;
}) {
  const [held, setHeld] = useState<Held | null>(null);
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);

  useEffect(() => {
    let isCurrent = true;
    listEdits(message.id).then(
      (page) => isCurrent && setHeld(page),
      (error) => isCurrent && setProblem(errorText(error)),
    );
    return () => {
      isCurrent = false;
    };
  }, [message.id]);

  const more = async () => {
    if (!held?.next) return;
    setBusy(true);
    try {
      const page = await listEdits(message.id, held.next);
      setHeld({ items: [...held.items, ...page.items], next: page.next });
    } catch (error) {
      setProblem(errorText(error));
    } finally {
      setBusy(false);
    }
  };

  return (
    <Dialog title={t("message.history")} text={t("message.history_text")} onClose={onClose}>
      <div className="flex min-h-20 flex-col gap-4 overflow-y-auto px-6 pt-4 pb-6 text-15">
        {problem && (
          <p role="alert" className="text-14 text-danger-text">
            {problem}
          </p>
        )}
        {!held && !problem && <p className="text-14 text-ink-2">{t("app.loading")}</p>}
        <ol className="flex flex-col gap-4">
          {held?.items.map((former) => (
            <li key={former.rev}>
              <p className="text-12 text-ink-3">{fullTime(former.written_at)}</p>
              <MessageText body={former.body} viewer="" />
            </li>
          ))}
        </ol>
        {held?.next && (
          <Button className="self-start" busy={busy} onClick={more}>
            {t("common.load_more")}
          </Button>
        )}
      </div>
    </Dialog>
  );
}
