/** What goes on beside the screens; loaded once they are drawn. */
import { withTexts } from "../i18n";
import { onArrived, onGone } from "../realtime/store";
import type { Message } from "../realtime/types";
import { useView } from "./view";
import { watchSwitcher } from "./watch-switcher";
import { watchWhispers } from "./whispers";

type Navigate = (path: string) => void;

/** Answers the way to stop all of it. */
export function startBackground(navigate: Navigate): () => void {
  const stops = [
    startLater(),
    leaveKeyboardFree(),
    watchSwitcher(),
    watchWhispers(navigate),
    onGone((room, why) => {
      // Now: what is shown instead of the room may take its place before the code is here.
      const isOpen = useView.getState().roomId === room.id;
      void withTexts("rooms", import("./gone")).then(({ tellGone }) => {
        tellGone(room, why);
        if (isOpen) navigate("/chat/");
      });
    }),
    notifyLater(navigate),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

/** Only iOS knows the property, and only there the keyboard lies over the page. */
function leaveKeyboardFree(): () => void {
  const view = window.visualViewport;
  if (!view || !CSS.supports("-webkit-touch-callout", "none")) return () => {};
  let stop = () => {};
  let isOver = false;
  void import("./keyboard-inset").then((module) => {
    if (!isOver) stop = module.leaveKeyboardFree(view);
  });
  return () => {
    isOver = true;
    stop();
  };
}

/** Nobody is idle in the first moments, nor is the client that just came an old one. */
const LATER_MS = 15_000;

function startLater(): () => void {
  let stop = () => clearTimeout(timer);
  const timer = setTimeout(async () => {
    let isOver = false;
    stop = () => {
      isOver = true;
    };
    const { beginLater } = await withTexts("notify", import("./later"));
    if (!isOver) stop = beginLater();
  }, LATER_MS);
  return () => stop();
}

/** There is nothing to tell before the first message, nor before the page was first out of sight. */
function notifyLater(navigate: Navigate): () => void {
  let stop = () => {};
  let isOver = false;
  const load = (message?: Message) => {
    wait();
    void withTexts("notify", import("./notify/notify")).then(({ watchNotifications }) => {
      if (isOver) return;
      const watch = watchNotifications(navigate);
      stop = watch.stop;
      if (message) watch.arrived(message);
    });
  };
  const onHide = () => load();
  const stopWaiting = onArrived(load);
  document.addEventListener("visibilitychange", onHide);
  const wait = () => {
    stopWaiting();
    document.removeEventListener("visibilitychange", onHide);
  };
  return () => {
    isOver = true;
    wait();
    stop();
  };
}
