import { type ClipboardEvent, type DragEvent, useState } from "react";
import { withTexts } from "../../i18n";
import type { RoomId } from "../../realtime/types";

/** Files that are chosen, pasted or dropped go with the next message. The code for them comes with the first. */
export function useDrop(roomId: RoomId, isOn: boolean) {
  const [isOver, setOver] = useState(false);
  const attach = (files: FileList | null | undefined): boolean => {
    // A list of the browser's empties itself; what was in it is kept.
    const chosen = [...(files ?? [])];
    if (!isOn || chosen.length === 0) return false;
    void withTexts("files", import("../../app/files/attach")).then((module) =>
      module.attach(roomId, chosen),
    );
    return true;
  };
  const over = (event: DragEvent) => {
    if (!isOn || !event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    setOver(true);
  };
  return {
    isOver,
    attach,
    onDragOver: over,
    onDragLeave: () => setOver(false),
    onDrop: (event: DragEvent) => {
      setOver(false);
      if (attach(event.dataTransfer.files)) event.preventDefault();
    },
    onPaste: (event: ClipboardEvent) => {
      if (attach(event.clipboardData.files)) event.preventDefault();
    },
  };
}
