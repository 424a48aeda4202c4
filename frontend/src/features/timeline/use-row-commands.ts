import {
  type KeyboardEvent,
  type MouseEvent,
  type PointerEvent,
  useCallback,
  useEffect,
  useRef,
} from "react";
import { closePanel, openPanel } from "../../app/talk";
import { deletions } from "../../realtime/deletions";
import { getState } from "../../realtime/store";
import type { Message, Room } from "../../realtime/types";
import { type Command, commandOf, commandsFor } from "./commands";
import { isInField, onLogKey, PRESSED } from "./log-keys";

const LONG_PRESS_MS = 500;
/** A finger that goes farther scrolls. */
const STILL_PX = 10;

/** What can be done with the rows of a room by keys and by fingers. What does it is loaded when it is first needed. */
export function useRowCommands(room: Room, meId: number) {
  const latest = useRef(room);
  latest.current = room;
  const roomId = room.id;

  // The pages that delete may go away, and the person to another room: then there is no more time to think.
  useEffect(() => {
    const finish = () => void deletions.finishAll();
    const onHide = () => document.visibilityState === "hidden" && finish();
    window.addEventListener("pagehide", finish);
    document.addEventListener("visibilitychange", onHide);
    return () => {
      window.removeEventListener("pagehide", finish);
      document.removeEventListener("visibilitychange", onHide);
      finish();
      closePanel();
    };
  }, []);

  const onKeyDown = useCallback(
    (event: KeyboardEvent<HTMLElement>) => {
      if (isInField(event.target)) return;
      // Whoever pressed a row with the pointer did not choose it by keys: letters are text, for the composer.
      if (event.key.length === 1 && event.currentTarget.hasAttribute(PRESSED)) return;
      const row = rowAt(event.target);
      const isMenu = event.key === "Enter" && event.target === row;
      const command = isMenu ? "menu" : commandOf(event.nativeEvent);
      if (!row || !command) return onLogKey(event);
      const message = messageOf(row, roomId);
      const { session } = getState();
      if (message && session.status === "signed_in") {
        const known: Command[] = commandsFor(message, latest.current, session.me);
        if (known.length === 0 || (command !== "menu" && !known.includes(command))) return;
        event.preventDefault();
        void import("./run-command").then((module) => module.runCommand(command, message, row));
      } else if (command === "whisper" || command === "profile") {
        const other = whispererOf(row, roomId, meId);
        if (other === null) return;
        event.preventDefault();
        void import("./run-command").then((module) =>
          module.runPersonCommand(command, roomId, other),
        );
      }
    },
    [roomId, meId],
  );

  const press = useRef<{ timer: ReturnType<typeof setTimeout>; x: number; y: number }>(undefined);
  const cancel = useCallback(() => {
    clearTimeout(press.current?.timer);
    press.current = undefined;
  }, []);
  useEffect(() => cancel, [cancel]);

  const onPointerDown = useCallback(
    (event: PointerEvent) => {
      cancel();
      event.currentTarget.setAttribute(PRESSED, "");
      const row = rowAt(event.target);
      if (event.pointerType !== "touch" || !event.isPrimary || !row || isInField(event.target)) {
        return;
      }
      const timer = setTimeout(() => {
        const message = messageOf(row, roomId);
        if (!message || message.deleted_at || message.kind !== "text") return;
        if (deletions.has(message.id)) return;
        press.current = undefined;
        swallowClick();
        navigator.vibrate?.(10);
        openPanel({ kind: "sheet", messageId: message.id, anchor: row });
      }, LONG_PRESS_MS);
      press.current = { timer, x: event.clientX, y: event.clientY };
    },
    [cancel, roomId],
  );
  const onPointerMove = useCallback(
    (event: PointerEvent) => {
      const from = press.current;
      if (!from) return;
      if (Math.hypot(event.clientX - from.x, event.clientY - from.y) > STILL_PX) cancel();
    },
    [cancel],
  );
  /** The browser's own menu for a long press would lie over ours; a mouse keeps it. */
  const onContextMenu = useCallback((event: MouseEvent) => {
    if (isFinger(event.nativeEvent)) event.preventDefault();
  }, []);
  return {
    onKeyDown,
    onPointerDown,
    onPointerMove,
    onPointerUp: cancel,
    onPointerCancel: cancel,
    onContextMenu,
  };
}

/** The click that ends a long press is no click on what has come under the finger. */
function swallowClick() {
  const swallow = (event: Event) => {
    event.preventDefault();
    event.stopPropagation();
    done();
  };
  const done = () => {
    window.removeEventListener("click", swallow, true);
    window.removeEventListener("pointerdown", done, true);
  };
  window.addEventListener("click", swallow, true);
  window.addEventListener("pointerdown", done, true);
}

/** Older browsers do not say what asked for the menu: then it was a mouse. */
function isFinger(event: Event): boolean {
  return "pointerType" in event && event.pointerType === "touch";
}

function rowAt(target: EventTarget | null): HTMLElement | null {
  return target instanceof Element ? target.closest<HTMLElement>("[data-row]") : null;
}

function messageOf(row: HTMLElement, roomId: number): Message | undefined {
  const seq = Number(row.dataset.seq);
  return getState().windows[roomId]?.rows.find((message) => message.seq === seq);
}

/** With whom a whisper is exchanged: W on it whispers back, P leads to their profile. */
function whispererOf(row: HTMLElement, roomId: number, meId: number): number | null {
  const id = Number(row.dataset.row?.replace(/^w:/, ""));
  const whisper = getState().whispers[roomId]?.find((each) => each.id === id);
  if (!whisper) return null;
  return whisper.fromId === meId ? whisper.toId : whisper.fromId;
}
