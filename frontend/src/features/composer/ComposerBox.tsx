import {
  type KeyboardEvent,
  lazy,
  Suspense,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import {
  type Attached,
  startEdit,
  stopEditIn,
  stopReply,
  stopWhisper,
  useTalk,
} from "../../app/talk";
import { t, withTexts } from "../../i18n";
import { isComposing, isTouch } from "../../lib/platform";
import { BODY_MAX, codePoints, isBlank, WHISPER_MAX } from "../../lib/text";
import { getState, startTyping, stopTyping, useStore } from "../../realtime/store";
import type { Me, Room } from "../../realtime/types";
import { fitHeight } from "../../ui/fit-height";
import { roomReference } from "../../ui/room-name";
import { PHONE, useMedia } from "../../ui/use-media";
import { AttachButton, EmojiButton, MarkButtons, WhisperButton } from "./ComposerTools";
import { Counter } from "./Counter";
import { isSendKey, wrapCode } from "./composer-keys";
import { knownPerson } from "./known-person";
import { lastOwn } from "./last-own";
import { SendButton } from "./SendButton";
import { replaced, whisperCommand } from "./trigger";
import { useComposerText } from "./use-composer-text";
import { useDrop } from "./use-drop";
import { useReply } from "./use-reply";
import { useSend } from "./use-send";
import { useTrigger } from "./use-trigger";

const ComposerHead = lazy(() => withTexts("message", import("./ComposerHead")));
const Tray = lazy(() => withTexts("files", import("../../app/files/Tray")));
const Suggestions = lazy(() => import("./Suggestions"));

const NO_FILES: readonly Attached[] = [];

/** The box one writes in: grows with the text, sends on Enter, keeps what is not sent. Violet while one whispers. */
export function ComposerBox({ room, me }: { room: Room; me: Me }) {
  const listId = useId();
  const isPhone = useMedia(PHONE);
  const field = useRef<HTMLTextAreaElement>(null);
  const to = useTalk((talk) => talk.whispers[room.id]);
  const reply = useReply(me.id, room.id);
  const [text, setText] = useComposerText(me.id, room.id, to);
  const isWhisper = to !== undefined;
  // A whisper is text alone: what was chosen waits for the next message.
  const files = useTalk((talk) => (isWhisper ? undefined : talk.files[room.id])) ?? NO_FILES;
  const { isOver, attach, ...drop } = useDrop(room.id, !isWhisper);
  const { submit, enter, problem, forget, isBusy } = useSend({
    room,
    me,
    text,
    setText,
    to,
    reply,
    files,
  });
  const { trigger, look, dismiss } = useTrigger(field);
  const [activeId, setActiveId] = useState<string | null>(null);
  /** Where one goes on writing once the text that was put in is in the page. */
  const selection = useRef<[number, number] | null>(null);
  const listKeys = useRef<((key: string) => boolean) | null>(null);

  const max = isWhisper ? WHISPER_MAX : BODY_MAX;
  const isTooLong = text.length > max && codePoints(text) > max;
  const isReady = files.every(({ status }) => status === "ready");
  const canSend = (!isBlank(text) || files.length > 0) && isReady && !isTooLong && !isBusy;
  const heard = useStore((state) => (isWhisper ? state.people[to]?.display_name : undefined));
  const name = roomReference(room);
  const isRoom = !isWhisper && !room.peer;
  const label = isWhisper
    ? t("whisper.label", { name: heard ?? "…" })
    : t(isRoom ? "composer.label" : "composer.direct", { name });

  // biome-ignore lint/correctness/useExhaustiveDependencies: measured after each change of the text
  useLayoutEffect(() => {
    const box = field.current;
    if (!box) return;
    fitHeight(box);
    // Before the next key: a caret that moves later tears apart what is typed meanwhile.
    if (!selection.current) return;
    box.focus();
    box.setSelectionRange(...selection.current);
    selection.current = null;
    look();
  }, [text, isWhisper]);

  useEffect(() => {
    // A finger would bring up the keyboard over half of what one came to read; a dialog has the focus for itself.
    if (!isTouch() && !document.querySelector("dialog[open]")) field.current?.focus();
  }, []);

  const change = (next: string) => {
    forget();
    const command = isWhisper ? null : whisperCommand(next);
    const person = command?.isWhole ? knownPerson(command.name) : null;
    if (command && person !== null && person !== me.id) return enter(person, command.body);
    setText(next);
    // A command may become a whisper: nobody need know that somebody writes one.
    if (isWhisper || isBlank(next) || next.startsWith("/")) stopTyping(room.id);
    else startTyping(room.id);
  };

  /** Puts a changed text in, with the selection where one goes on writing. */
  const put = (next: string, start: number, end = start) => {
    selection.current = [start, end];
    change(next);
  };
  const insert = (added: string) => {
    const box = field.current;
    const from = box?.selectionStart ?? text.length;
    const next = replaced(text, from, box?.selectionEnd ?? from, added);
    put(next.text, next.caret);
  };

  const trySubmit = () => {
    if (!canSend) return;
    void submit();
    field.current?.focus();
  };

  const leave = () => {
    forget();
    const left = stopWhisper(room.id) || stopReply(room.id);
    field.current?.focus();
    return left;
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (isComposing(event.nativeEvent)) return;
    const isPlain = !(event.shiftKey || event.ctrlKey || event.metaKey || event.altKey);
    if (isPlain && trigger && activeId && listKeys.current?.(event.key)) event.preventDefault();
    else if (event.key === "Escape" && isPlain) {
      if (trigger && activeId) dismiss();
      else if (!stopEditIn(room.id) && !leave()) return;
      event.preventDefault();
    } else if (event.key === "ArrowUp" && isPlain && text === "" && !isWhisper) {
      const mine = lastOwn(getState().windows[room.id]?.rows ?? [], me.id);
      if (!mine) return;
      event.preventDefault();
      startEdit(mine.id);
    } else if (isSendKey(event.nativeEvent, isTouch())) {
      event.preventDefault();
      trySubmit();
    }
  };

  const markCode = () => {
    const box = field.current;
    if (!box) return;
    const next = wrapCode(text, box.selectionStart, box.selectionEnd);
    put(next.text, next.start, next.end);
  };

  const emoji = <EmojiButton onPick={insert} />;
  return (
    <form
      className="input-shell relative flex flex-col rounded-panel"
      data-tone={isWhisper ? "whisper" : undefined}
      data-drop={isOver || undefined}
      {...drop}
      onSubmit={(event) => {
        event.preventDefault();
        trySubmit();
      }}
    >
      <Suspense fallback={null}>
        {trigger && (
          <Suggestions
            id={listId}
            trigger={trigger}
            room={room}
            me={me}
            keys={listKeys}
            onActive={setActiveId}
            onChoose={(choice, added) => {
              if (trigger.kind === "whisper" && choice.kind === "person") {
                enter(choice.person.id, "");
                field.current?.focus();
                look();
                return;
              }
              const next = replaced(text, trigger.from, trigger.to, added);
              put(next.text, next.caret);
            }}
          />
        )}
      </Suspense>
      <Suspense fallback={null}>
        {(isWhisper || reply) && (
          <ComposerHead roomId={room.id} to={to} reply={reply} onLeave={leave} />
        )}
      </Suspense>
      <Suspense fallback={null}>{files.length > 0 && <Tray roomId={room.id} />}</Suspense>
      {problem && (
        <p role="alert" className="px-3.5 pt-1.5 text-13 text-danger-text">
          {problem}
        </p>
      )}
      <div className="flex flex-col max-md:flex-row max-md:items-end">
        {isPhone && <span className="p-1.5 pe-0 max-md:pb-[0.4375rem]">{emoji}</span>}
        <textarea
          ref={field}
          data-composer
          rows={1}
          dir="auto"
          aria-label={label}
          aria-invalid={isTooLong || undefined}
          aria-autocomplete="list"
          aria-controls={activeId ? listId : undefined}
          aria-activedescendant={activeId ?? undefined}
          placeholder={isRoom ? t("composer.placeholder", { name }) : label}
          enterKeyHint={isTouch() ? "enter" : "send"}
          value={text}
          onChange={(event) => {
            change(event.currentTarget.value);
            look();
          }}
          // A caret that only moves makes no event of its own.
          onKeyUp={look}
          onClick={look}
          onKeyDown={onKeyDown}
          onBlur={() => {
            stopTyping(room.id);
            dismiss();
          }}
          className="field-sizing-content block max-h-60 min-w-0 resize-none bg-transparent max-md:flex-1 px-3.5 pt-2.5 pb-1 text-15 max-md:px-2 max-md:py-3"
        />
        <div className="flex items-center gap-0.5 px-2 pb-2 max-md:p-1.5">
          {!isPhone && emoji}
          <AttachButton disabled={isWhisper} onFiles={attach} />
          {!isPhone && (
            <MarkButtons
              onMention={() => insert(mentionMark(text, field.current))}
              onCode={markCode}
            />
          )}
          <WhisperButton room={room} me={me} to={to} field={field} />
          <span className="flex-1" />
          <Counter text={text} max={max} />
          <SendButton canSend={canSend} isWhisper={isWhisper} />
        </div>
      </div>
    </form>
  );
}

/** An at sign that begins a word. */
function mentionMark(text: string, box: HTMLTextAreaElement | null): string {
  const before = text.slice(0, box?.selectionStart ?? text.length);
  return before === "" || /\s$/u.test(before) ? "@" : " @";
}
