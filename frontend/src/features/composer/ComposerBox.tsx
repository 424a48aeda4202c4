import { ArrowUp, Code } from "lucide-react";
import { type KeyboardEvent, useEffect, useLayoutEffect, useRef } from "react";
import { showTail } from "../../app/show-tail";
import { t } from "../../i18n";
import { cx } from "../../lib/cx";
import { isTouch } from "../../lib/platform";
import { BODY_MAX, codePoints, isBlank } from "../../lib/text";
import { send, startTyping, stopTyping } from "../../realtime/store";
import type { Me, Room } from "../../realtime/types";
import { IconButton } from "../../ui/icon-button";
import { roomReference } from "../../ui/room-name";
import { Counter } from "./Counter";
import { isSendKey, wrapCode } from "./composer-keys";
import { useDraft } from "./use-draft";

const HEIGHT_MAX_PX = 240;

/** The box one writes in: grows with the text, sends on Enter, keeps what is not sent. */
export function ComposerBox({ room, me }: { room: Room; me: Me }) {
  const [text, setText] = useDraft(me.id, room.id);
  const field = useRef<HTMLTextAreaElement>(null);
  const isTooLong = text.length > BODY_MAX && codePoints(text) > BODY_MAX;
  const canSend = !isBlank(text) && !isTooLong;
  const name = roomReference(room);

  // biome-ignore lint/correctness/useExhaustiveDependencies: measured after each change of the text
  useLayoutEffect(() => {
    const box = field.current;
    if (!box) return;
    box.style.height = "auto";
    box.style.height = `${Math.min(HEIGHT_MAX_PX, box.scrollHeight)}px`;
  }, [text]);

  useEffect(() => {
    // A finger would bring up the keyboard over half of what one came to read; a dialog has the focus for itself.
    if (!isTouch() && !document.querySelector("dialog[open]")) field.current?.focus();
  }, []);

  const change = (next: string) => {
    setText(next);
    if (isBlank(next)) stopTyping(room.id);
    else startTyping(room.id);
  };

  const submit = () => {
    if (!canSend) return;
    send(room.id, text);
    setText("");
    stopTyping(room.id);
    showTail(room.id);
    field.current?.focus();
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (!isSendKey(event.nativeEvent, isTouch())) return;
    event.preventDefault();
    submit();
  };

  const markCode = () => {
    const box = field.current;
    if (!box) return;
    const next = wrapCode(text, box.selectionStart, box.selectionEnd);
    change(next.text);
    requestAnimationFrame(() => {
      box.focus();
      box.setSelectionRange(next.start, next.end);
    });
  };

  return (
    <form
      className="input-shell relative flex flex-col rounded-panel max-md:flex-row max-md:items-end"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <textarea
        ref={field}
        data-composer
        rows={1}
        dir="auto"
        aria-label={t("composer.label", { name })}
        aria-invalid={isTooLong || undefined}
        placeholder={t("composer.placeholder", { name })}
        enterKeyHint={isTouch() ? "enter" : "send"}
        value={text}
        onChange={(event) => change(event.currentTarget.value)}
        onKeyDown={onKeyDown}
        onBlur={() => stopTyping(room.id)}
        className="block min-w-0 flex-1 resize-none bg-transparent px-3.5 pt-2.5 pb-1 text-15 max-md:py-3"
      />
      <div className="flex items-center gap-0.5 px-2 pb-2 max-md:p-1.5">
        <IconButton
          className="max-md:hidden"
          label={t("composer.code")}
          icon={<Code className="size-[1.125rem]" />}
          onClick={markCode}
        />
        <span className="flex-1" />
        <Counter text={text} max={BODY_MAX} />
        <button
          type="submit"
          aria-label={t("composer.send")}
          data-tooltip={canSend ? t("composer.send") : undefined}
          aria-disabled={!canSend}
          className={cx(
            "tap flex size-[1.875rem] shrink-0 items-center justify-center rounded-control max-md:size-8.5 max-md:rounded-full",
            canSend ? "bg-accent text-accent-ink hover:bg-accent-hover" : "bg-hover text-ink-3",
          )}
        >
          <ArrowUp aria-hidden="true" className="size-[1.125rem]" />
        </button>
      </div>
    </form>
  );
}
