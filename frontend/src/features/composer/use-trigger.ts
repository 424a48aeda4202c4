import { type RefObject, useCallback, useRef, useState } from "react";
import { type Trigger, triggerAt } from "./trigger";

/** The list that the text asks for at the caret, until it is chosen from or sent away with Escape. */
export function useTrigger(field: RefObject<HTMLTextAreaElement | null>) {
  const [trigger, setTrigger] = useState<Trigger | null>(null);
  /** Where a list was sent away: it stays away until another mark is written. */
  const dismissed = useRef<number | null>(null);

  /** Looks again; call after each change of the text or the caret. */
  const look = useCallback(() => {
    const box = field.current;
    const found =
      box && box.selectionStart === box.selectionEnd
        ? triggerAt(box.value, box.selectionStart)
        : null;
    if (!found) dismissed.current = null;
    const next = found && dismissed.current !== found.from ? found : null;
    setTrigger((before) =>
      before?.kind === next?.kind && before?.query === next?.query && before?.from === next?.from
        ? before
        : next,
    );
  }, [field]);
  const dismiss = useCallback(() => {
    setTrigger((before) => {
      dismissed.current = before?.from ?? null;
      return null;
    });
  }, []);
  return { trigger, look, dismiss };
}
