/**
 * Which of the tabs of this browser rings: exactly one, and none while any of them is looked at. Tabs
 * agree by locks, which the browser takes away from a tab that is gone.
 */
const RINGS = "parlor.rings";
const SEEN = "parlor.seen";

type Turn = {
  /** Whether a notification is for this tab to show now. */
  mine(): Promise<boolean>;
  stop(): void;
};

export function takeTurns(locks: LockManager | undefined = navigator.locks): Turn {
  // Without locks every hidden tab rings; the same room replaces its notification anyway.
  if (!locks) return { mine: async () => isHidden(), stop: () => undefined };
  let holds = false;
  const over = new AbortController();
  const until = (signal: AbortSignal) =>
    new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener("abort", () => resolve(), { once: true });
    });
  const hold = (name: string, mode: LockMode, signal: AbortSignal, got: () => void) =>
    locks
      .request(name, { mode, signal }, async () => {
        got();
        await until(signal);
      })
      // Given up before it was this tab's turn.
      .catch(() => undefined);

  void hold(RINGS, "exclusive", over.signal, () => {
    holds = true;
  });

  let seen: AbortController | null = null;
  const look = () => {
    if (isHidden()) {
      seen?.abort();
      seen = null;
    } else if (!seen) {
      seen = new AbortController();
      void hold(SEEN, "shared", seen.signal, () => undefined);
    }
  };
  look();
  document.addEventListener("visibilitychange", look);

  return {
    async mine() {
      if (!holds || !isHidden()) return false;
      const { held } = await locks.query();
      return !held?.some(({ name }) => name === SEEN);
    },
    stop() {
      document.removeEventListener("visibilitychange", look);
      holds = false;
      over.abort();
      seen?.abort();
    },
  };
}

function isHidden(): boolean {
  return document.visibilityState === "hidden";
}
