/**
 * How the use of a mailed link ended. It is kept with the entry of the history, since the link itself
 * is used up: another language, which renders everything anew, or a reload shows it again.
 */
export type Outcome = "done" | "invalid";

export function keptOutcome(): Outcome | null {
  const state: unknown = history.state;
  if (typeof state !== "object" || state === null || !("outcome" in state)) return null;
  return state.outcome === "done" || state.outcome === "invalid" ? state.outcome : null;
}

export function keepOutcome(outcome: Outcome): void {
  history.replaceState({ outcome }, "");
}
