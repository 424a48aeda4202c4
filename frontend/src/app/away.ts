import { selectMe } from "../realtime/selectors";
import { getState, setPresence } from "../realtime/store";

/** Without a key, a finger or the mouse for this long, somebody is not here. */
const AWAY_AFTER_MS = 5 * 60_000;
/** Each move of the mouse need not be noted. */
const NOTE_EVERY_MS = 5_000;
const LOOK_EVERY_MS = 15_000;
/** When there was input in any tab of this browser. */
const STORED = "parlor.active";

const INPUTS = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart"] as const;

/** Says that one is away after five minutes without input in any tab, and back with the next input. Answers the way to stop. */
export function watchAway(): () => void {
  let noted = 0;
  let isAway = false;

  const say = (presence: "away" | "online") => {
    isAway = presence === "away";
    // Without a connection nobody sees one anyway; it is said with the next change.
    setPresence(presence).catch(() => undefined);
  };
  // Something else may have been chosen meanwhile, in another tab or on another device; what was said here
  // may still be under way.
  const takeBack = () => {
    const mine = selectMe(getState())?.presence;
    if (mine === "away" || mine === "online") say("online");
    else isAway = false;
  };
  const onInput = () => {
    const now = Date.now();
    if (now - noted >= NOTE_EVERY_MS) {
      noted = now;
      note(now);
    }
    if (isAway) takeBack();
  };
  const look = () => {
    // Who chose to be away or not to be disturbed stays so, and only what was said here is taken back.
    const mine = selectMe(getState())?.presence;
    if (isAway && mine !== "away") isAway = false;
    const idle = Date.now() - lastInput(noted);
    if (idle >= AWAY_AFTER_MS && mine === "online") say("away");
    else if (idle < AWAY_AFTER_MS && isAway) takeBack();
  };

  onInput();
  const timer = setInterval(look, LOOK_EVERY_MS);
  for (const type of INPUTS) window.addEventListener(type, onInput, { passive: true });
  return () => {
    clearInterval(timer);
    for (const type of INPUTS) window.removeEventListener(type, onInput);
  };
}

function note(now: number) {
  try {
    localStorage.setItem(STORED, String(now));
  } catch {
    // Without storage each tab knows of its own input only.
  }
}

function lastInput(here: number): number {
  try {
    return Math.max(here, Number(localStorage.getItem(STORED)) || 0);
  } catch {
    return here;
  }
}
