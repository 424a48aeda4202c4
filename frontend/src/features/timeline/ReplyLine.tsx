import { CornerUpLeft } from "lucide-react";
import { t } from "../../i18n";
import type { Message } from "../../realtime/types";

/** What a message answers: who said it, and its beginning. */
export function ReplyLine({ reply }: { reply: NonNullable<Message["reply_to"]> }) {
  return (
    <p className="flex min-w-0 items-center gap-1.5 text-13 text-ink-2">
      <CornerUpLeft aria-hidden="true" className="size-3.5 shrink-0" />
      <span className="shrink-0 font-medium">
        {t("timeline.replied", { name: reply.author.display_name })}
      </span>
      <span className="truncate">{reply.excerpt || t("timeline.deleted")}</span>
    </p>
  );
}
