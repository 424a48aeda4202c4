import type { Author, Message, Room, State, UserId } from "../../realtime/types";

const SHOWN_MAX = 8;

/**
 * Whom a few letters may mean, the likeliest first: those who are in the room before others, of them those who are
 * here now, of them those who spoke last. A name that begins with the letters comes before one that has them inside.
 */
export function candidates(
  state: Pick<State, "members" | "people" | "online" | "windows">,
  room: Room,
  meId: UserId,
  query: string,
  onlyHere = false,
): Author[] {
  const wanted = plain(query);
  const members = new Set(state.members[room.id]?.items.map(({ profile }) => profile.id));
  if (room.peer) members.add(room.peer.id);
  const here = new Set(state.online[room.id]);
  const spoke = lastSpoken(state.windows[room.id]?.rows ?? []);
  const rank = (person: Author) => [
    members.has(person.id) || here.has(person.id) || spoke.has(person.id) ? 0 : 1,
    begins(person, wanted) ? 0 : 1,
    here.has(person.id) ? 0 : 1,
    spoke.get(person.id) ?? Number.MAX_SAFE_INTEGER,
  ];
  return Object.values(state.people)
    .filter((person) => person.id !== meId && (!onlyHere || here.has(person.id)))
    .filter((person) => person.username !== "" && fits(person, wanted))
    .map((person) => ({ person, rank: rank(person) }))
    .sort((a, b) => compare(a.rank, b.rank) || byName(a.person, b.person))
    .slice(0, SHOWN_MAX)
    .map(({ person }) => person);
}

/** Who spoke how many messages ago. */
function lastSpoken(rows: readonly Message[]): Map<UserId, number> {
  const spoke = new Map<UserId, number>();
  rows.forEach(({ author }, at) => {
    spoke.set(author.id, rows.length - at);
  });
  return spoke;
}

function words({ username, display_name }: Author): string[] {
  return [username, ...display_name.split(/\s+/u)].map(plain);
}

function begins(person: Author, wanted: string): boolean {
  return words(person).some((word) => word.startsWith(wanted));
}

function fits(person: Author, wanted: string): boolean {
  return begins(person, wanted) || plain(person.username + person.display_name).includes(wanted);
}

function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, index) => value !== b[index]);
  return at < 0 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}

function byName(a: Author, b: Author): number {
  return a.display_name.localeCompare(b.display_name) || a.id - b.id;
}

function plain(text: string): string {
  return text.toLocaleLowerCase().replaceAll("ё", "е");
}
