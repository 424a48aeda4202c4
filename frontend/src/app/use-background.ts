import { useEffect } from "react";
import { useLocation } from "wouter";
import { getState } from "../realtime/store";
import { forgetTalk } from "./talk";
import { forgetWhisperTexts } from "./whisper-texts";

/** Runs what goes on beside the screens, from after the first paint until the person signs out. */
export function useBackground() {
  const [, navigate] = useLocation();
  useEffect(() => {
    let isOver = false;
    let stop = () => {};
    import("./background").then(
      ({ startBackground }) => {
        if (!isOver) stop = startBackground(navigate);
      },
      // Nobody can do without the screens; without this they can.
      (error: unknown) => console.warn(error),
    );
    return () => {
      isOver = true;
      stop();
      // Another language draws everything anew, for the same person.
      if (getState().session.status === "signed_in") return;
      forgetTalk();
      forgetWhisperTexts();
    };
  }, [navigate]);
}
