import { navigate } from "wouter/use-browser-location";
import { openPanel, startEdit, startReply } from "../../app/talk";
import { focusComposer } from "../../app/view";
import { whisperTo } from "../../app/whisper-to";
import { t } from "../../i18n";
import { isModKey } from "../../lib/platform";
import { deletions } from "../../realtime/deletions";
import { getState, react } from "../../realtime/store";
import type { Message, RoomId, UserId } from "../../realtime/types";
import { copyText } from "../../ui/copy";
import { rememberEmoji } from "../../ui/emoji/recent";
import { errorText } from "../../ui/form-errors";
import { messagePath, profilePath } from "../../ui/room-name";
import { dismissToast, toast, toastError, useToasts } from "../../ui/toast-store";
import { focusRow, rowOf } from "./active-row";
import type { Command } from "./commands";
import { isInField } from "./log-keys";

/** Does what a button, a key or the menu asks for. `anchor` is where a panel would hang. */
export function runCommand(command: Command, message: Message, anchor: HTMLElement) {
  // It looks deleted, and only its toast brings it back. A key that is held asks many times.
  if (deletions.has(message.id)) return;
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
    case "profile":
      return navigate(profilePath(message.author.username));
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

/** What a row that is no message offers: a whisper is answered, or one looks who it is from. */
export function runPersonCommand(command: "whisper" | "profile", roomId: RoomId, userId: UserId) {
  if (command === "whisper") return whisperTo(roomId, userId);
  const person = getState().people[userId];
  if (person) navigate(profilePath(person.username));
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
  const undo = () => deletions.undo(message.id);
  const stop = onUndoKey(() => {
    // Of several the latest.
    if (useToasts.getState().toasts.findLast(({ onGone }) => onGone)?.id !== shown) return false;
    undo();
    dismissToast(shown);
    return true;
  });
  const shown = toast(t("message.deleted"), {
    action: { label: t("common.undo"), run: undo },
    onGone: () => {
      stop();
      void deletions.finish(message.id);
    },
  });
  deletions.hold(message.id, {
    started: () => dismissToast(shown),
    failed: (error) => toastError(errorText(error)),
  });
  focusRow(row);
}

/** Calls `undo` on Ctrl+Z outside of what is written: a toast is far away from the keys. Answers the way to stop. */
function onUndoKey(undo: () => boolean): () => void {
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.code !== "KeyZ" || !isModKey(event) || event.shiftKey || event.altKey) return;
    if (event.defaultPrevented || isInField(event.target)) return;
    if (undo()) event.preventDefault();
  };
  window.addEventListener("keydown", onKeyDown);
  return () => window.removeEventListener("keydown", onKeyDown);
}
