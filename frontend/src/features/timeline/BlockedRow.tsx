import { Ban } from "lucide-react";
import { useLayoutEffect, useRef, useState } from "react";
import { t } from "../../i18n";
import { clock } from "../../lib/time";
import { isAtTail } from "./anchor";
import { PlainRow, type TimelineRowProps } from "./TimelineRow";

/** Stands for what somebody said whom the viewer has blocked; it is shown when asked for. */
export default function BlockedRow(props: TimelineRowProps) {
  const [isShown, setShown] = useState(false);
  const { line, hold } = useHeldLine(isShown);
  const { row } = props;
  const message = row.kind === "message" ? row.message : null;
  const at = message?.created_at ?? (row.kind === "whisper" ? row.whisper.sentAt : "");
  // One row by the arrow keys: the line, or what it stands for.
  const place = isShown ? {} : { "data-row": row.key, "data-seq": message?.seq };
  const toggle = () => {
    hold();
    setShown(!isShown);
  };
  return (
    <>
      <article
        {...place}
        ref={line}
        tabIndex={-1}
        aria-label={t("timeline.row", { name: t("message.blocked_author"), time: clock(at) })}
        className="grid h-8 grid-cols-[2.25rem_minmax(0,1fr)] items-center gap-x-3 px-5 text-13 text-ink-3 focus-visible:-outline-offset-2 max-md:px-4"
      >
        <Ban aria-hidden="true" className="size-4 justify-self-end" />
        <p className="flex min-w-0 items-center gap-1.5">
          <span className="truncate">{t("message.blocked")}</span>
          <span aria-hidden="true">·</span>
          <button
            type="button"
            aria-expanded={isShown}
            onClick={toggle}
            className="tap shrink-0 rounded-chip font-medium text-ink-2 hover:underline"
          >
            {t(isShown ? "message.blocked_hide" : "message.blocked_show")}
          </button>
        </p>
      </article>
      {isShown && (
        <PlainRow {...props} row={row.kind === "message" ? { ...row, isHead: true } : row} />
      )}
    </>
  );
}

/** Keeps the line under the pointer where it is while something opens below it; at the tail the tail is kept. */
function useHeldLine(isShown: boolean) {
  const line = useRef<HTMLElement>(null);
  const top = useRef<number | null>(null);
  const hold = () => {
    top.current = line.current?.getBoundingClientRect().top ?? null;
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: after each time that it opened or closed
  useLayoutEffect(() => {
    const scroller = line.current?.closest('[role="log"]');
    const before = top.current;
    top.current = null;
    if (!line.current || !scroller || before === null || isAtTail(scroller.scrollTop)) return;
    scroller.scrollTop += line.current.getBoundingClientRect().top - before;
  }, [isShown]);
  return { line, hold };
}
