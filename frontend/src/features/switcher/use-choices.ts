import { useMemo } from "react";
import { listProfiles, listRooms } from "../../realtime/finding";
import { selectDirectRooms, selectGroupRooms, selectMe } from "../../realtime/selectors";
import { useStore } from "../../realtime/store";
import type { Profile, Room } from "../../realtime/types";
import { usePages } from "../../ui/use-pages";

export type Choice =
  | { kind: "room"; key: string; room: Room }
  | { kind: "person"; key: string; profile: Profile }
  | { kind: "create"; key: string; name: string }
  | { kind: "search"; key: string; text: string };

/** Most rows of the list; more letters are quicker than more rows. */
const CHOICES_MAX = 50;

/** What matches the letters: one's own rooms at once, then other rooms and people as the server finds them. */
export function useChoices(query: string): Choice[] {
  const groups = useStore(selectGroupRooms);
  const directs = useStore(selectDirectRooms);
  const meId = useStore((state) => selectMe(state)?.id);
  const wanted = withoutSign(query);
  const people = usePages(wanted, listProfiles);
  const others = usePages(wanted, listRooms);
  return useMemo(() => {
    const own = [...groups, ...directs];
    const choices = combine(query, own, others.items, people.items, meId);
    // Until the answer is there: of what was found for earlier letters what has these as well, and nothing
    // to make, for it may exist.
    return others.isAnswered && people.isAnswered
      ? choices
      : choices.filter((choice) => isSure(choice, wanted.toLocaleLowerCase()));
  }, [
    query,
    wanted,
    groups,
    directs,
    others.items,
    others.isAnswered,
    people.items,
    people.isAnswered,
    meId,
  ]);
}

export function isSure(choice: Choice, wanted: string): boolean {
  switch (choice.kind) {
    case "room":
      return rank(choice.room, wanted) < NO_MATCH;
    case "person":
      return rankOf(namesOf(choice.profile), wanted) < NO_MATCH;
    case "create":
      return false;
    case "search":
      return true;
  }
}

function withoutSign(query: string): string {
  return query.trim().replace(/^[#@]/, "");
}

export function combine(
  query: string,
  own: readonly Room[],
  others: readonly Room[],
  people: readonly Profile[],
  meId: number | undefined,
): Choice[] {
  const wanted = withoutSign(query).toLocaleLowerCase();
  const held = new Set(own.map((room) => room.id));
  const peers = new Set(own.map((room) => room.peer?.id));
  const rooms = [...own.filter((room) => rank(room, wanted) < NO_MATCH)].sort(
    (a, b) => rank(a, wanted) - rank(b, wanted),
  );
  const choices: Choice[] = rooms.map((room) => ({ kind: "room", key: `r${room.id}`, room }));
  if (wanted === "") return choices;
  for (const room of others) {
    if (!held.has(room.id)) choices.push({ kind: "room", key: `r${room.id}`, room });
  }
  const found = [...people].sort((a, b) => rankOf(namesOf(a), wanted) - rankOf(namesOf(b), wanted));
  for (const profile of found) {
    if (profile.id === meId || peers.has(profile.id)) continue;
    choices.push({ kind: "person", key: `p${profile.id}`, profile });
  }
  const name = query.trim().replace(/^#/, "");
  const isTaken = choices.some(
    (choice) => choice.kind === "room" && choice.room.name.toLocaleLowerCase() === wanted,
  );
  const shown = choices.slice(0, CHOICES_MAX);
  if (!isTaken && !query.trim().startsWith("@"))
    shown.push({ kind: "create", key: "create", name });
  shown.push({ kind: "search", key: "search", text: query.trim() });
  return shown;
}

const NO_MATCH = 3;

function rank(room: Room, wanted: string): number {
  return rankOf(room.peer ? namesOf(room.peer) : [room.name], wanted);
}

function namesOf({ display_name, username }: Profile): string[] {
  return [display_name, username];
}

/** 0: a name begins with it; 1: a later word of a name does; 2: a name has it somewhere; 3: no match. */
function rankOf(written: readonly string[], wanted: string): number {
  if (wanted === "") return 0;
  const names = written.map((name) => name.toLocaleLowerCase());
  if (names.some((name) => name.startsWith(wanted))) return 0;
  if (names.some((name) => name.split(/[\s_.-]+/u).some((word) => word.startsWith(wanted))))
    return 1;
  return names.some((name) => name.includes(wanted)) ? 2 : NO_MATCH;
}
