import { AtSign, Code, EyeOff, Paperclip, Smile } from "lucide-react";
import { lazy, type RefObject, Suspense, useRef, useState } from "react";
import { startWhisper, stopWhisper } from "../../app/talk";
import { t, withTexts } from "../../i18n";
import { cx } from "../../lib/cx";
import type { Me, Room, UserId } from "../../realtime/types";
import { IconButton } from "../../ui/icon-button";

const EmojiPanel = lazy(() => withTexts("emoji", import("../../ui/emoji/EmojiPanel")));
const WhisperMenu = lazy(() => withTexts("message", import("./WhisperMenu")));

const ICON = "size-[1.125rem]";
/** On a phone the row is as high as its field, and the buttons are those of everywhere. */
const SIZE = "md:size-7.5!";

/** Opens the emoji over the composer, or as a sheet. */
export function EmojiButton({ onPick }: { onPick: (emoji: string) => void }) {
  const [open, setOpen] = useState(false);
  const anchor = useRef<HTMLButtonElement>(null);
  const pick = (emoji: string) => {
    setOpen(false);
    onPick(emoji);
  };
  return (
    <>
      <IconButton
        ref={anchor}
        className={SIZE}
        aria-haspopup="dialog"
        aria-expanded={open}
        label={t("composer.emoji")}
        icon={<Smile className={ICON} />}
        onClick={() => setOpen(!open)}
      />
      <Suspense fallback={null}>
        {open && (
          <EmojiPanel
            anchor={anchor}
            placement="top-start"
            onPick={pick}
            onClose={() => setOpen(false)}
          />
        )}
      </Suspense>
    </>
  );
}

type AttachButtonProps = { disabled: boolean; onFiles: (files: FileList | null) => void };

/** Chooses files of this device for the next message. */
export function AttachButton({ disabled, onFiles }: AttachButtonProps) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        onChange={(event) => {
          onFiles(event.currentTarget.files);
          // The same file may be chosen again.
          event.currentTarget.value = "";
        }}
      />
      <IconButton
        className={SIZE}
        label={t("composer.attach")}
        disabled={disabled}
        icon={<Paperclip className={ICON} />}
        onClick={() => input.current?.click()}
      />
    </>
  );
}

type WhisperButtonProps = {
  room: Room;
  me: Me;
  to: UserId | undefined;
  field: RefObject<HTMLElement | null>;
};

/** Begins to whisper: in a direct room to the other one, else to whom one chooses. Once more ends it. */
export function WhisperButton({ room, me, to, field }: WhisperButtonProps) {
  const [open, setOpen] = useState(false);
  const anchor = useRef<HTMLButtonElement>(null);
  const choose = (id: UserId) => {
    setOpen(false);
    startWhisper(room.id, id);
    field.current?.focus();
  };
  const press = () => {
    if (stopWhisper(room.id)) field.current?.focus();
    else if (room.peer) choose(room.peer.id);
    else setOpen(!open);
  };
  return (
    <>
      <IconButton
        ref={anchor}
        aria-pressed={to !== undefined}
        aria-expanded={room.peer ? undefined : open}
        className={cx(SIZE, to !== undefined && "text-whisper-text!")}
        label={t("composer.whisper")}
        icon={<EyeOff className={ICON} />}
        onClick={press}
      />
      <Suspense fallback={null}>
        {open && (
          <WhisperMenu
            room={room}
            me={me}
            anchor={anchor}
            onChoose={choose}
            onClose={() => setOpen(false)}
          />
        )}
      </Suspense>
    </>
  );
}

export function MarkButtons({ onMention, onCode }: Record<"onMention" | "onCode", () => void>) {
  return (
    <>
      <IconButton
        className={SIZE}
        label={t("composer.mention")}
        icon={<AtSign className={ICON} />}
        onClick={onMention}
      />
      <IconButton
        className={SIZE}
        label={t("composer.code")}
        icon={<Code className={ICON} />}
        onClick={onCode}
      />
    </>
  );
}
