import { CornerUpLeft } from "lucide-react";
import { showMessage } from "../../app/show-message";
import { t } from "../../i18n";
import { plainText } from "../../lib/markdown/render";
import { useStore } from "../../realtime/store";
import type { Message } from "../../realtime/types";

type ReplyLineProps = { roomId: number; reply: NonNullable<Message["reply_to"]> };

/** What a message answers: who said it, and its beginning. A press leads there. */
export function ReplyLine({ roomId, reply }: ReplyLineProps) {
  const isBlocked = useStore((state) => state.blocked[reply.author.id]);
  return (
    <button
      type="button"
      onClick={() => showMessage(roomId, reply.seq)}
      className="tap group/reply flex min-h-6 max-w-full min-w-0 items-center gap-1.5 rounded-chip text-start text-13 text-ink-2"
    >
      <CornerUpLeft aria-hidden="true" className="size-3.5 shrink-0" />
      <span className="max-w-2/3 shrink-0 truncate font-medium group-hover/reply:underline">
        {t("timeline.replied", { name: reply.author.display_name })}
      </span>
      <span dir="auto" className="truncate">
        {isBlocked ? "…" : plainText(reply.excerpt) || t("timeline.deleted")}
      </span>
    </button>
  );
}
