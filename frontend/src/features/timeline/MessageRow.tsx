import { lazy, Suspense, useCallback } from "react";
import { openPanel } from "../../app/talk";
import { t, withTexts } from "../../i18n";
import { cx } from "../../lib/cx";
import { mentions } from "../../lib/text";
import { getState, react } from "../../realtime/store";
import type { Me, Message } from "../../realtime/types";
import { errorText } from "../../ui/form-errors";
import { toastError } from "../../ui/toast-store";
import { MessageFiles } from "./MessageFiles";
import { MessageFrame } from "./MessageFrame";
import { MessageText } from "./MessageText";
import { Reactions } from "./Reactions";
import { ReplyLine } from "./ReplyLine";

const EditBox = lazy(() => withTexts("message", import("./EditBox")));
const MessageToolbar = lazy(() => withTexts("message", import("./MessageToolbar")));

type MessageRowProps = {
  rowKey: string;
  message: Message;
  isHead: boolean;
  me: Me;
  isStaff: boolean;
  isHighlighted: boolean;
  isActive: boolean;
  isHidden: boolean;
  isEdited: boolean;
  mayModerate: boolean;
};

/** A stored message. */
export function MessageRow({
  rowKey,
  message,
  isHead,
  me,
  isStaff,
  isHighlighted,
  isActive,
  isHidden,
  isEdited,
  mayModerate,
}: MessageRowProps) {
  const { id } = message;
  const isDeleted = isHidden || message.deleted_at !== null || message.body === null;
  const isEditing = isEdited && !isDeleted;
  const isMine = message.author.id === me.id;
  const isMention = !isDeleted && !isMine && mentions(message.body ?? "", me.username);
  const showEdits = useCallback(
    (anchor: HTMLElement) => openPanel({ kind: "history", messageId: id, anchor }),
    [id],
  );
  return (
    <MessageFrame
      rowKey={rowKey}
      data-seq={message.seq}
      author={message.author}
      at={message.created_at}
      isHead={isHead}
      isStaff={isStaff}
      // Each row with a place of its own is a layer to paint: only one has something that needs it.
      className={cx(
        groundOf({ isEditing, isMention, isActive, isHighlighted }),
        isActive && "relative",
      )}
    >
      {message.reply_to && <ReplyLine roomId={message.room_id} reply={message.reply_to} />}
      {isDeleted ? (
        <p className="text-ink-3 italic">{t("timeline.deleted")}</p>
      ) : isEditing ? (
        <Suspense fallback={<MessageText body={message.body ?? ""} viewer={me.username} />}>
          <EditBox message={message} />
        </Suspense>
      ) : (
        <MessageText
          body={message.body ?? ""}
          editedAt={message.edited_at}
          viewer={me.username}
          onEdits={isMine || mayModerate ? showEdits : undefined}
        />
      )}
      {!isDeleted && message.files.length > 0 && <MessageFiles files={message.files} />}
      {!isDeleted && (
        <Reactions
          message={message}
          viewerId={me.id}
          nameOf={nameOf}
          onToggle={(emoji, mine) => toggle(id, emoji, !mine)}
        />
      )}
      {isActive && !isDeleted && !isEditing && (
        <Suspense fallback={null}>
          <MessageToolbar message={message} me={me} />
        </Suspense>
      )}
    </MessageFrame>
  );
}

type Ground = Record<"isEditing" | "isMention" | "isActive" | "isHighlighted", boolean>;

function groundOf({ isEditing, isMention, isActive, isHighlighted }: Ground): string {
  if (isEditing || isHighlighted) return "bg-accent-soft";
  if (isMention) return "bg-mention-soft shadow-[inset_3px_0_0_var(--mention-line)]";
  return cx("hover:bg-hover", isActive && "bg-hover");
}

function nameOf(id: number): string | undefined {
  return getState().people[id]?.display_name;
}

function toggle(messageId: number, emoji: string, on: boolean) {
  react(messageId, emoji, on).catch((error) => toastError(errorText(error)));
}
