/** How people are: as was heard of them last, else as they were loaded. */
import { useStore } from "./store";
import type { Presence, Profile } from "./types";

type Person = Pick<Profile, "id" | "presence">;

/** Live; of nobody there is none. */
export function usePresence(person: Person): Presence;
export function usePresence(person: Person | null | undefined): Presence | undefined;
export function usePresence(person: Person | null | undefined) {
  return useStore(({ presence }) =>
    person ? (presence[person.id] ?? person.presence) : undefined,
  );
}
