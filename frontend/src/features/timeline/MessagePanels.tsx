import { lazy, Suspense, useCallback, useMemo } from "react";
import { closePanel, type Panel } from "../../app/talk";
import { t } from "../../i18n";
import { useStore } from "../../realtime/store";
import type { Me, Room, State } from "../../realtime/types";
import { Dialog } from "../../ui/dialog";
import { Popover } from "../../ui/popover";
import { PHONE, useMedia } from "../../ui/use-media";
import { focusRow, rowOf } from "./active-row";
import { MessageMenu } from "./MessageMenu";
import { MessageSheet } from "./MessageSheet";
import { toggleReaction } from "./run-command";

const EmojiPicker = lazy(() => import("../../ui/emoji/EmojiPicker"));
const EditsDialog = lazy(() => import("./EditsDialog"));

type MessagePanelsProps = { panel: Panel; room: Room; me: Me };

/** What hangs on a message: its menu, the emoji, the sheet of a phone, its former texts. */
export default function MessagePanels({ panel, room, me }: MessagePanelsProps) {
  const { kind, messageId } = panel;
  const message = useStore(
    useCallback(
      (state: State) => state.windows[room.id]?.rows.find((row) => row.id === messageId),
      [room.id, messageId],
    ),
  );
  const isPhone = useMedia(PHONE);
  const anchor = useMemo(() => ({ current: panel.anchor }), [panel.anchor]);
  if (!message) return null;

  const pick = (emoji: string) => {
    closePanel();
    toggleReaction(message, emoji, me.id);
    focusRow(rowOf(message));
  };

  if (kind === "menu") {
    return <MessageMenu key={messageId} message={message} room={room} me={me} anchor={anchor} />;
  }
  if (kind === "sheet") return <MessageSheet message={message} room={room} me={me} />;
  return (
    <Suspense fallback={null}>
      {kind === "history" ? (
        <EditsDialog message={message} onClose={closePanel} />
      ) : isPhone ? (
        <Dialog bare title={t("emoji.title")} onClose={closePanel}>
          <EmojiPicker onPick={pick} />
        </Dialog>
      ) : (
        <Popover
          role="dialog"
          aria-label={t("emoji.title")}
          anchor={anchor}
          placement="top-end"
          onClose={closePanel}
          className="flex-col overflow-hidden open:flex"
        >
          <EmojiPicker onPick={pick} />
        </Popover>
      )}
    </Suspense>
  );
}
