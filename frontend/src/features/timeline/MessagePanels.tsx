import { lazy, Suspense, useCallback, useMemo } from "react";
import { closePanel, type Panel } from "../../app/talk";
import { withTexts } from "../../i18n";
import { useStore } from "../../realtime/store";
import type { Me, Room, State } from "../../realtime/types";
import { focusRow, rowOf } from "./active-row";
import { MessageMenu } from "./MessageMenu";
import { MessageSheet } from "./MessageSheet";
import { toggleReaction } from "./run-command";

const EmojiPanel = lazy(() => withTexts("emoji", import("../../ui/emoji/EmojiPanel")));
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
      ) : (
        <EmojiPanel anchor={anchor} placement="top-end" onPick={pick} onClose={closePanel} />
      )}
    </Suspense>
  );
}
