import { useEffect } from "react";
import { t } from "../i18n";
import { plainText } from "../lib/markdown/render";
import { excerpt } from "../lib/text";
import { selectUnread } from "../realtime/selectors";
import { onArrived, useStore } from "../realtime/store";
import type { Message } from "../realtime/types";
import { announce } from "../ui/announcer";
import { setUnreadInTitle } from "../ui/title";
import { useView } from "./view";

const WINDOW_MS = 3000;
/** From this many on, a number is said instead of the sentences. */
const MANY = 3;

/** Tells what arrives: in the tab's title, and aloud for the room that is open. */
export function useArrivals() {
  const important = useStore((state) => selectUnread(state).important);
  useEffect(() => setUnreadInTitle(important), [important]);
  useEffect(() => {
    const speaker = createSpeaker((text) => announce(text));
    const stop = onArrived((message) => {
      const isOpen = message.room_id === useView.getState().roomId;
      if (isOpen && document.hasFocus() && message.kind === "text") speaker.say(message);
    });
    return () => {
      stop();
      speaker.stop();
    };
  }, []);
}

/** The first message is spoken at once; those of the next 3 s together, as a number when there are many. */
export function createSpeaker(speak: (text: string) => void) {
  let waiting: Message[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;

  const flush = () => {
    timer = undefined;
    if (waiting.length === 0) return;
    speak(
      waiting.length >= MANY
        ? t("timeline.new_messages", { count: waiting.length })
        : waiting.map(sentence).join(" "),
    );
    waiting = [];
    timer = setTimeout(flush, WINDOW_MS);
  };

  return {
    say(message: Message) {
      waiting.push(message);
      if (timer === undefined) flush();
    },
    stop() {
      clearTimeout(timer);
    },
  };
}

function sentence(message: Message): string {
  return t("timeline.says", {
    name: message.author.display_name,
    text: excerpt(plainText(message.body ?? ""), 300),
  });
}
