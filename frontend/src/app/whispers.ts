import { withTexts } from "../i18n";
import { selectMe } from "../realtime/selectors";
import { store } from "../realtime/store";

type Navigate = (path: string) => void;

/**
 * A whisper is heard at once or never: it is said aloud in its room, and shown by a toast elsewhere. Answers the way
 * to stop.
 */
export function watchWhispers(navigate: Navigate): () => void {
  return store.subscribe((now, before) => {
    if (now.whispers === before.whispers) return;
    for (const [id, whispers] of Object.entries(now.whispers)) {
      const whisper = whispers.at(-1);
      if (!whisper || before.whispers[Number(id)] === whispers) continue;
      if (whisper.fromId !== selectMe(now)?.id && !now.blocked[whisper.fromId]) {
        void withTexts("message", import("./tell-whisper")).then(({ tellWhisper }) =>
          tellWhisper(whisper, navigate),
        );
      }
    }
  });
}
