import { isBack } from "../../app/use-refresh";
import type { State } from "../../realtime/types";

type Known = Pick<State, "rooms" | "counts" | "connection">;

/**
 * Whether the server may list other rooms than it did: there is one that the list has not, one of the list went, or
 * nobody is in it any longer, which is all that others hear of a room that is deleted. And after a socket was lost
 * nobody knows.
 */
export function isNews(now: Known, before: Known, listed: ReadonlySet<number>): boolean {
  if (isBack(now, before)) return true;
  if (now.rooms === before.rooms && now.counts === before.counts) return false;
  const isOther = (id: number) =>
    !listed.has(id) &&
    now.rooms[id]?.kind !== "direct" &&
    !(id in before.rooms || id in before.counts);
  const isGone = (id: number) =>
    (id in before.rooms && !(id in now.rooms)) || (now.counts[id] === 0 && before.counts[id] !== 0);
  return (
    Object.keys({ ...now.rooms, ...now.counts }).some((id) => isOther(Number(id))) ||
    [...listed].some(isGone)
  );
}
