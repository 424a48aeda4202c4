import { getState } from "../../realtime/store";
import type { UserId } from "../../realtime/types";

/** Somebody by username among those that were seen. */
export function knownPerson(username: string): UserId | null {
  const wanted = username.toLocaleLowerCase();
  const found = Object.values(getState().people).find(
    (person) => person.username.toLocaleLowerCase() === wanted,
  );
  return found?.id ?? null;
}
