import { openPanel, startEdit, startReply } from "../../app/talk";
import { focusComposer } from "../../app/view";
import { whisperTo } from "../../app/whisper-to";
import { t } from "../../i18n";
import { deletions } from "../../realtime/deletions";
import { react } from "../../realtime/store";
import type { Message } from "../../realtime/types";
import { copyText } from "../../ui/copy";
import { rememberEmoji } from "../../ui/emoji/recent";
import { errorText } from "../../ui/form-errors";
import { messagePath } from "../../ui/room-name";
import { dismissToast, toast, toastError } from "../../ui/toast-store";
import { focusRow, rowOf } from "./active-row";
import type { Command } from "./commands";

/** Does what a button, a key or the menu asks for. `anchor` is where a panel would hang. */
export function runCommand(command: Command, message: Message, anchor: HTMLElement) {
  switch (command) {
    case "menu":
      return openPanel({ kind: "menu", messageId: message.id, anchor });
    case "react":
      return openPanel({ kind: "emoji", messageId: message.id, anchor });
    case "reply":
      startReply(message);
      focusComposer();
      return;
    case "whisper":
      return whisperTo(message.room_id, message.author.id);
    case "edit":
      return startEdit(message.id);
    case "delete":
      return deleteSoon(message);
    case "copy":
      return void copyText(message.body ?? "");
    case "link":
      return void copyText(`${location.origin}${messagePath(message.room_id, message.seq)}`);
  }
}

/** Puts one's own reaction on a message, or takes it back. */
export function toggleReaction(message: Message, emoji: string, meId: number) {
  const mine = message.reactions.some(
    (reaction) => reaction.emoji === emoji && reaction.user_ids.includes(meId),
  );
  if (!mine) rememberEmoji(emoji);
  react(message.id, emoji, !mine).catch((error) => toastError(errorText(error)));
}

/** Hides the message; the server hears of it when the toast with "Undo" is gone. */
function deleteSoon(message: Message) {
  const row = rowOf(message);
  const shown = toast(t("message.deleted"), {
    action: { label: t("common.undo"), run: () => deletions.undo(message.id) },
    onGone: () => void deletions.finish(message.id),
  });
  deletions.hold(message.id, {
    started: () => dismissToast(shown),
    failed: (error) => toastError(errorText(error)),
  });
  focusRow(row);
}
