import { t } from "../../i18n";
import { cx } from "../../lib/cx";
import { mentions } from "../../lib/text";
import { getState, react } from "../../realtime/store";
import type { Me, Message } from "../../realtime/types";
import { errorText } from "../../ui/form-errors";
import { toastError } from "../../ui/toast-store";
import { MessageFrame } from "./MessageFrame";
import { MessageText } from "./MessageText";
import { Reactions } from "./Reactions";
import { ReplyLine } from "./ReplyLine";

type MessageRowProps = {
  rowKey: string;
  message: Message;
  isHead: boolean;
  me: Me;
  isStaff: boolean;
  isHighlighted: boolean;
};

/** A stored message. */
export function MessageRow({
  rowKey,
  message,
  isHead,
  me,
  isStaff,
  isHighlighted,
}: MessageRowProps) {
  const isDeleted = message.deleted_at !== null || message.body === null;
  const isMention =
    !isDeleted && message.author.id !== me.id && mentions(message.body ?? "", me.username);
  return (
    <MessageFrame
      rowKey={rowKey}
      data-seq={message.seq}
      author={message.author}
      at={message.created_at}
      isHead={isHead}
      isStaff={isStaff}
      className={cx(
        isMention ? "bg-mention-soft shadow-[inset_3px_0_0_var(--mention-line)]" : "hover:bg-hover",
        isHighlighted && "bg-accent-soft",
      )}
    >
      {message.reply_to && <ReplyLine reply={message.reply_to} />}
      {isDeleted ? (
        <p className="text-ink-3 italic">{t("timeline.deleted")}</p>
      ) : (
        <MessageText body={message.body ?? ""} editedAt={message.edited_at} viewer={me.username} />
      )}
      <Reactions
        message={message}
        viewerId={me.id}
        nameOf={nameOf}
        onToggle={(emoji, mine) => toggle(message.id, emoji, !mine)}
      />
    </MessageFrame>
  );
}

function nameOf(id: number): string | undefined {
  return getState().people[id]?.display_name;
}

function toggle(messageId: number, emoji: string, on: boolean) {
  react(messageId, emoji, on).catch((error) => toastError(errorText(error)));
}
