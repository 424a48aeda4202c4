import { Clock } from "lucide-react";
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { t, withTexts } from "../../i18n";
import { cx } from "../../lib/cx";
import type { Me, Pending } from "../../realtime/types";
import { MessageFiles } from "./MessageFiles";
import { MessageFrame } from "./MessageFrame";
import { MessageText } from "./MessageText";
import { ReplyLine } from "./ReplyLine";

const Failure = lazy(() => withTexts("message", import("./Failure")));

/** Before this nothing shows that a message is still on its way. */
const DIM_AFTER_MS = 300;
const WAITING_AFTER_MS = 10_000;

type PendingRowProps = { rowKey: string; pending: Pending; isHead: boolean; me: Me };

/** A message of one's own that is not stored yet. */
export function PendingRow({ rowKey, pending, isHead, me }: PendingRowProps) {
  const isFailed = pending.status === "failed";
  /** Since when it is on its way: another try begins anew. */
  const from = useRef({ isFailed, at: pending.createdAt });
  if (from.current.isFailed !== isFailed) from.current = { isFailed, at: Date.now() };
  const { at } = from.current;
  const isDim = useElapsed(at, DIM_AFTER_MS) && !isFailed;
  const isWaiting = useElapsed(at, WAITING_AFTER_MS) && !isFailed;
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
        {pending.files?.length ? <MessageFiles files={pending.files} /> : null}
      </div>
      {isWaiting && (
        <p className="flex items-center gap-1.5 text-12 text-ink-2">
          <Clock aria-hidden="true" className="size-3.5" />
          {t("timeline.waiting")}
        </p>
      )}
      <Suspense fallback={<div className="h-5" />}>
        {isFailed && <Failure pending={pending} me={me} />}
      </Suspense>
    </MessageFrame>
  );
}

/** True once `afterMs` have passed since `from`. */
function useElapsed(from: number, afterMs: number): boolean {
  const [over, setOver] = useState(() => (Date.now() - from >= afterMs ? from : 0));
  useEffect(() => {
    const timer = setTimeout(() => setOver(from), Math.max(0, from + afterMs - Date.now()));
    return () => clearTimeout(timer);
  }, [from, afterMs]);
  return over === from;
}
