/** What goes on beside the screens; loaded once they are drawn. */
import { watchInput } from "./away";
import { watchGone } from "./gone";
import { watchWhispers } from "./whispers";

/** Answers the way to stop all of it. */
export function startBackground(navigate: (path: string) => void): () => void {
  const stops = [watchInput(), watchWhispers(navigate), watchGone(navigate)];
  return () => {
    for (const stop of stops) stop();
  };
}
