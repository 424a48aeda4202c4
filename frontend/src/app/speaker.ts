import { t } from "../i18n";
import { plainText } from "../lib/markdown/render";
import { excerpt, said } from "../lib/text";
import type { Message } from "../realtime/types";

const WINDOW_MS = 3000;
/** From this many on, a number is said instead of the sentences. */
const MANY = 3;

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
    text: excerpt(plainText(said(message)), 300),
  });
}
