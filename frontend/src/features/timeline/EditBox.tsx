import { type KeyboardEvent, useEffect, useLayoutEffect, useRef, useState } from "react";
import { stopEdit } from "../../app/talk";
import { focusComposer } from "../../app/view";
import { t } from "../../i18n";
import { isComposing, isTouch } from "../../lib/platform";
import { BODY_MAX, codePoints, isBlank } from "../../lib/text";
import type { Message } from "../../realtime/types";
import { Button } from "../../ui/button";
import { fitHeight } from "../../ui/fit-height";
import { errorText } from "../../ui/form-errors";
import { saveEdit } from "./save-edit";

/** What was being changed when its row went out of sight, by message; gone with the page. */
const unfinished = new Map<number, { text: string; base: Message }>();

/** A message of one's own, open for changes in its own place. */
export default function EditBox({ message }: { message: Message }) {
  const [held] = useState(() => unfinished.get(message.id));
  const [text, setText] = useState(held?.text ?? message.body ?? "");
  /** The form that the changes are made to. */
  const [base, setBase] = useState(held?.base ?? message);
  const [problem, setProblem] = useState("");
  const [newer, setNewer] = useState<Message | null>(null);
  const [busy, setBusy] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const canSave = (!isBlank(text) || message.files.length > 0) && codePoints(text) <= BODY_MAX;

  useEffect(() => {
    const box = field.current;
    box?.focus();
    box?.setSelectionRange(box.value.length, box.value.length);
    box?.scrollIntoView?.({ block: "nearest" });
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: measured after each change of the text
  useLayoutEffect(() => {
    if (field.current) fitHeight(field.current);
  }, [text]);

  const change = (next: string) => {
    setText(next);
    unfinished.set(message.id, { text: next, base });
  };
  const leave = () => {
    unfinished.delete(message.id);
    stopEdit();
    if (!isTouch()) focusComposer();
  };
  const save = async () => {
    if (!canSave || busy) return;
    if (text === base.body) return leave();
    setBusy(true);
    setProblem("");
    try {
      const conflict = await saveEdit(base, text);
      if (!conflict) return leave();
      setNewer(conflict);
      // Whoever has seen the newer text may save over it.
      setBase(conflict);
    } catch (error) {
      setProblem(errorText(error));
    }
    setBusy(false);
    field.current?.focus();
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (isComposing(event.nativeEvent)) return;
    const isEnter = event.key === "Enter" && !event.shiftKey && !event.altKey;
    if (event.key === "Escape") leave();
    else if (isEnter && (!isTouch() || event.ctrlKey || event.metaKey)) void save();
    else return;
    event.preventDefault();
  };

  return (
    <form
      className="py-1"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      {newer && (
        <div
          role="alert"
          className="mb-2 rounded-input bg-warn-soft px-3 py-2 text-13 text-warn-text"
        >
          <p className="font-medium">{t("message.edit_conflict")}</p>
          <p className="whitespace-pre-wrap [overflow-wrap:anywhere]">
            {newer.body ?? t("timeline.deleted")}
          </p>
        </div>
      )}
      <div className="input-shell flex">
        <textarea
          ref={field}
          rows={2}
          dir="auto"
          aria-label={t("message.edit_label")}
          aria-invalid={codePoints(text) > BODY_MAX || undefined}
          value={text}
          onChange={(event) => change(event.currentTarget.value)}
          onKeyDown={onKeyDown}
          className="field-sizing-content max-h-80 min-h-14 min-w-0 flex-1 resize-none rounded-input bg-transparent px-3 py-2 text-15"
        />
      </div>
      {problem && (
        <p role="alert" className="mt-1 text-13 text-danger-text">
          {problem}
        </p>
      )}
      <div className="mt-2 flex flex-wrap items-center gap-2">
        <Button type="submit" size="small" variant="primary" busy={busy} disabled={!canSave}>
          {t("common.save")}
        </Button>
        <Button size="small" onClick={leave}>
          {t("common.cancel")}
        </Button>
        <span className="text-12 text-ink-2 [@media(hover:none)]:hidden">
          {t("message.edit_keys")}
        </span>
      </div>
    </form>
  );
}
