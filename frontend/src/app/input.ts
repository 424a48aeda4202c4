/** What listens to the person once the page has been there for a while. */
import { watchAway } from "./away";
import { keepPage } from "./keep-page";

/** Answers the way to stop. */
export function watchInput(): () => void {
  // Toasts tell of a network that is gone: what shows them has to be here by then.
  import("../ui/toast").catch(() => undefined);
  const stops = [watchAway(), keepPage()];
  return () => {
    for (const stop of stops) stop();
  };
}
