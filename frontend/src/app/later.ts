/** What begins once the page has been there for a while. */
import { watchAway } from "./away";
import { keepPage } from "./keep-page";
import { watchUpdates } from "./watch-updates";

/** Answers the way to stop. */
export function beginLater(): () => void {
  // Toasts tell of a network that is gone: what shows them has to be here by then.
  import("../ui/toast").catch(() => undefined);
  const stops = [watchAway(), keepPage(), watchUpdates()];
  return () => {
    for (const stop of stops) stop();
  };
}
