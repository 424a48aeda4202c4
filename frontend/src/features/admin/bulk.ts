/** Doing something to many things: to those that were chosen, or, a hundred with each call, to everything found. */
import { send } from "./call";
import type { Action, AnyNoun, BulkOutcome, TakenAlong } from "./types";

/** How many of the things that an outcome tells of are kept to be shown. */
const SHOWN_MAX = 100;

export type What = {
  noun: AnyNoun;
  action: Action;
  /** What was chosen. */
  items: readonly unknown[];
  /** Instead of these, everything that this finds. */
  filter: Record<string, string> | undefined;
};

/**
 * Does it, or with `dryRun` only says what would happen. `tell` hears after each call what became of all so
 * far, and answers whether to go on.
 */
export async function runBulk(
  { noun, action, items, filter }: What,
  dryRun: boolean,
  tell: (sofar: BulkOutcome) => boolean,
): Promise<BulkOutcome> {
  const call = (body: object, query?: Record<string, string>) =>
    send<BulkOutcome>("POST", `${noun.name}/bulk`, {
      ...(query && { query }),
      body: { action: action.name, dry_run: dryRun, ...body },
    });
  if (!filter) {
    const outcome = await call({ ids: items.map(noun.ref) });
    tell(outcome);
    return outcome;
  }
  let all: BulkOutcome | null = null;
  let cursor: string | null = null;
  do {
    const next: BulkOutcome = await call({ all: true }, { ...filter, ...(cursor && { cursor }) });
    all = all ? both(all, next) : next;
    cursor = next.next ?? null;
  } while (tell(all) && cursor);
  return all;
}

function both(one: BulkOutcome, other: BulkOutcome): BulkOutcome {
  const along = Object.keys(one.takes_along) as (keyof TakenAlong)[];
  return {
    ...other,
    done: one.done + other.done,
    items: [...one.items, ...other.items].slice(0, SHOWN_MAX),
    takes_along: Object.fromEntries(
      along.map((name) => [name, one.takes_along[name] + other.takes_along[name]]),
    ) as unknown as TakenAlong,
  };
}
