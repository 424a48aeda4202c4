import { CircleAlert, Clock } from "lucide-react";
import { useEffect, useState } from "react";
import { focusComposer } from "../../app/view";
import { t } from "../../i18n";
import { cx } from "../../lib/cx";
import { getDraft, saveDrafts, setDraft } from "../../realtime/drafts";
import { discard, editFailed, retry } from "../../realtime/store";
import type { Me, Pending } from "../../realtime/types";
import { MessageFrame } from "./MessageFrame";
import { MessageText } from "./MessageText";
import { ReplyLine } from "./ReplyLine";

/** Before this nothing shows that a message is still on its way. */
const DIM_AFTER_MS = 300;
const WAITING_AFTER_MS = 10_000;

type PendingRowProps = { rowKey: string; pending: Pending; isHead: boolean; me: Me };

/** A message of one's own that is not stored yet. */
export function PendingRow({ rowKey, pending, isHead, me }: PendingRowProps) {
  const isFailed = pending.status === "failed";
  const isDim = useElapsed(pending.createdAt, DIM_AFTER_MS) && !isFailed;
  const isWaiting = useElapsed(pending.createdAt, WAITING_AFTER_MS) && !isFailed;
  return (
    <MessageFrame
      rowKey={rowKey}
      author={me}
      at={new Date(pending.createdAt).toISOString()}
      isHead={isHead}
      isStaff={me.is_staff}
      className={isFailed ? "bg-danger-soft" : undefined}
    >
      {pending.replyTo && <ReplyLine roomId={pending.roomId} reply={pending.replyTo} />}
      <div className={cx(isDim && "opacity-75")}>
        <MessageText body={pending.body} viewer={me.username} />
      </div>
      {isWaiting && (
        <p className="flex items-center gap-1.5 text-12 text-ink-2">
          <Clock aria-hidden="true" className="size-3.5" />
          {t("timeline.waiting")}
        </p>
      )}
      {isFailed && <Failure pending={pending} me={me} />}
    </MessageFrame>
  );
}

function Failure({ pending, me }: { pending: Pending; me: Me }) {
  const edit = () => {
    const { roomId } = pending;
    const text = editFailed(pending.nonce);
    const before = getDraft(me.id, roomId)?.text;
    setDraft(me.id, roomId, before ? `${before}\n${text}` : text);
    // Saved at once: that is what tells the composer.
    saveDrafts();
    focusComposer();
  };
  const reason = pending.error?.detail;
  const action = "tap font-medium underline underline-offset-3";
  return (
    <div className="flex flex-wrap items-center gap-x-2.5 gap-y-1 text-13 text-danger-text">
      <CircleAlert aria-hidden="true" className="size-3.5" />
      <span role="alert">
        {reason ? t("timeline.not_sent_why", { reason }) : t("timeline.not_sent")}
      </span>
      <button type="button" className={action} onClick={() => retry(pending.nonce)}>
        {t("common.retry")}
      </button>
      <button type="button" className={action} onClick={edit}>
        {t("common.edit")}
      </button>
      <button type="button" className={action} onClick={() => discard(pending.nonce)}>
        {t("common.discard")}
      </button>
    </div>
  );
}

/** True once `afterMs` have passed since `from`. */
function useElapsed(from: number, afterMs: number): boolean {
  const [isOver, setOver] = useState(() => Date.now() - from >= afterMs);
  useEffect(() => {
    const timer = setTimeout(() => setOver(true), Math.max(0, from + afterMs - Date.now()));
    return () => clearTimeout(timer);
  }, [from, afterMs]);
  return isOver;
}
