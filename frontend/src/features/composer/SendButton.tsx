import { ArrowUp } from "lucide-react";
import { t } from "../../i18n";
import { cx } from "../../lib/cx";

/** Blue once there is something to send, violet for a whisper. */
export function SendButton({ canSend, isWhisper }: { canSend: boolean; isWhisper: boolean }) {
  const label = t(isWhisper ? "whisper.send" : "composer.send");
  return (
    <button
      type="submit"
      aria-label={label}
      data-tooltip={canSend ? label : undefined}
      aria-disabled={!canSend}
      className={cx(
        "tap flex size-[1.875rem] shrink-0 items-center justify-center rounded-control max-md:size-8.5 max-md:rounded-full",
        !canSend && "bg-hover text-ink-3",
        canSend && !isWhisper && "bg-accent text-accent-ink hover:bg-accent-hover",
        canSend && isWhisper && "bg-whisper text-accent-ink hover:brightness-110",
      )}
    >
      <ArrowUp aria-hidden="true" className="size-[1.125rem]" />
    </button>
  );
}
