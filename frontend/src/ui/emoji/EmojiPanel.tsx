import type { RefObject } from "react";
import { t } from "../../i18n";
import { Dialog } from "../dialog";
import type { Placement } from "../place";
import { Popover } from "../popover";
import { PHONE, useMedia } from "../use-media";
import EmojiPicker from "./EmojiPicker";

type EmojiPanelProps = {
  anchor: RefObject<HTMLElement | null>;
  placement: Placement;
  onPick: (emoji: string) => void;
  onClose: () => void;
};

/** The picker beside what opened it, or as a sheet on a phone. */
export default function EmojiPanel({ anchor, placement, onPick, onClose }: EmojiPanelProps) {
  const isPhone = useMedia(PHONE);
  if (isPhone) {
    return (
      <Dialog bare title={t("emoji.title")} onClose={onClose}>
        <EmojiPicker onPick={onPick} />
      </Dialog>
    );
  }
  return (
    <Popover
      role="dialog"
      aria-label={t("emoji.title")}
      anchor={anchor}
      placement={placement}
      onClose={onClose}
      className="flex-col overflow-hidden open:flex"
    >
      <EmojiPicker onPick={onPick} />
    </Popover>
  );
}
