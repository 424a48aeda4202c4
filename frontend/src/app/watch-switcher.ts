import { withTexts } from "../i18n";
import { isTouch } from "../lib/platform";
import { useView } from "./view";

const STORED = "parlor.switcher";
/** Rooms chosen by the pointer before it is said that there is a quicker way. */
const CHOSEN_MAX = 3;

/**
 * Tells once on a device that a key opens the switcher: after somebody has gone from room to room by the
 * pointer, and never to those who have opened it by themselves. Answers the way to stop.
 */
export function watchSwitcher(): () => void {
  if (isTouch() || isKnown()) return () => {};
  let chosen = 0;
  const onClick = ({ target, detail }: MouseEvent) => {
    // Enter on a link is a click as well, of no button.
    if (detail === 0 || !(target instanceof Element)) return;
    if (!target.closest('[data-region="sidebar"] a[href^="/chat/room/"]')) return;
    chosen += 1;
    if (chosen < CHOSEN_MAX) return;
    stop();
    // Another tab may have told it meanwhile.
    if (isKnown()) return;
    know();
    void withTexts("dialogs", import("./tell-switcher")).then((module) => module.tellSwitcher());
  };
  const stopViews = useView.subscribe(({ dialog }) => {
    if (dialog !== "switcher") return;
    know();
    stop();
  });
  const stop = () => {
    document.removeEventListener("click", onClick);
    stopViews();
  };
  document.addEventListener("click", onClick);
  return stop;
}

function isKnown(): boolean {
  try {
    return localStorage.getItem(STORED) !== null;
  } catch {
    // Where nothing is remembered it would be said on every visit.
    return true;
  }
}

function know() {
  try {
    localStorage.setItem(STORED, "known");
  } catch {
    // It is told at most once more.
  }
}
