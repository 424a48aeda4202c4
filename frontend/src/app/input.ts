/** What listens to the person once the page has been there for a while. */
import { watchAway } from "./away";
import { keepPage } from "./keep-page";

/** Answers the way to stop. */
export function watchInput(): () => void {
  const stops = [watchAway(), keepPage()];
  return () => {
    for (const stop of stops) stop();
  };
}
