import { useEffect } from "react";
import { selectUnread } from "../realtime/selectors";
import { onArrived, useStore } from "../realtime/store";
import { announce } from "../ui/announcer";
import { setUnreadInTitle } from "../ui/title";
import type { createSpeaker } from "./speaker";
import { useView } from "./view";

/** Tells what arrives: in the tab's title, and aloud for the room that is open. */
export function useArrivals() {
  const important = useStore((state) => selectUnread(state).important);
  useEffect(() => setUnreadInTitle(important), [important]);
  // Whoever signs out leaves nothing that waits for them.
  useEffect(() => () => setUnreadInTitle(0), []);
  useEffect(() => {
    // There is nothing to say before the first message.
    let loading: Promise<ReturnType<typeof createSpeaker>> | undefined;
    const stop = onArrived((message) => {
      const isOpen = message.room_id === useView.getState().roomId;
      if (!isOpen || !document.hasFocus() || message.kind !== "text") return;
      loading ??= import("./speaker").then((module) => module.createSpeaker(announce));
      void loading.then((speaker) => speaker.say(message));
    });
    return () => {
      stop();
      void loading?.then((speaker) => speaker.stop());
    };
  }, []);
}
