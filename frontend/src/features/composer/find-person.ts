import { api, call } from "../../api/client";
import { ApiError } from "../../api/error";
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

/** The same, asking the server; null when nobody is called so. */
export async function findPerson(username: string): Promise<UserId | null> {
  const known = knownPerson(username);
  if (known !== null) return known;
  try {
    const params = { path: { username } };
    return (await call(api.GET("/api/profiles/by-username/{username}", { params }))).id;
  } catch (error) {
    if (error instanceof ApiError && [404, 422].includes(error.status)) return null;
    throw error;
  }
}
