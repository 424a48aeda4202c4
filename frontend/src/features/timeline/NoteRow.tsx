import { LogIn, LogOut, PenLine, UserCog } from "lucide-react";
import type { Message, MessageKind, Role } from "../../api/types";
import { t } from "../../i18n";
import { clock, fullTime } from "../../lib/time";

/** A line of the room itself: who joined, left, was removed, what it is called now. */
export function NoteRow({ rowKey, message }: { rowKey: string; message: Message }) {
  const Icon = ICONS[message.kind] ?? PenLine;
  const time = clock(message.created_at);
  return (
    <article
      tabIndex={-1}
      data-row={rowKey}
      data-seq={message.seq}
      aria-label={t("timeline.row", { name: message.author.display_name, time })}
      className="grid grid-cols-[2.25rem_minmax(0,1fr)] gap-x-3 px-5 py-1 text-13 text-ink-3 focus-visible:-outline-offset-2 max-md:px-4"
    >
      <Icon aria-hidden="true" className="mt-px size-4 justify-self-end" />
      <p className="[overflow-wrap:anywhere]">
        {noteText(message)}{" "}
        <time
          dateTime={message.created_at}
          data-tooltip={fullTime(message.created_at)}
          className="text-12 tabular-nums"
        >
          {time}
        </time>
      </p>
    </article>
  );
}

const ICONS: Partial<Record<MessageKind, typeof LogIn>> = {
  joined: LogIn,
  left: LogOut,
  removed: LogOut,
  renamed: PenLine,
  role_changed: UserCog,
};

/** What somebody may do in the room from this note on. */
function roleOf(message: Message): Role {
  return message.body === "owner" || message.body === "moderator" ? message.body : "member";
}

/** The sentence of a note. A kind that this client does not know (it is older than the server) shows its body. */
function noteText(message: Message): string {
  const name = message.author.display_name;
  switch (message.kind) {
    case "joined":
      return t("timeline.joined", { name });
    case "left":
      return t("timeline.left", { name });
    case "removed":
      return t("timeline.removed", { name });
    case "renamed":
      return t("timeline.renamed", { name, title: message.body ?? "" });
    case "role_changed":
      return t(`timeline.role_changed.${roleOf(message)}`, { name });
    default:
      return message.body ?? name;
  }
}
