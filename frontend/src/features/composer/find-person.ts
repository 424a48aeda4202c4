import { api, call } from "../../api/client";
import { ApiError } from "../../api/error";
import type { UserId } from "../../realtime/types";
import { knownPerson } from "./known-person";

/** Somebody by username, asking the server if need be; null when nobody is called so. */
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
