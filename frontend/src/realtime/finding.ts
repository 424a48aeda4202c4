/**
 * Rooms and people by plain REST; nothing of them is put into the state but how people are, which
 * events then keep up. Apart from the engine, because a room is shown without them.
 */
import { api, call } from "../api/client";
import type { List, Profile, Room } from "../api/types";
import { getState, learnProfiles } from "./store";

/** What a list of either is asked for. */
interface Query {
  search?: string;
  cursor?: string;
  limit?: number;
}

/** One page of the group rooms that may be seen. */
export function listRooms(query: Query): Promise<List<Room>> {
  const params = { query: { ...withoutBlanks(query), kind: "group" as const } };
  return call(api.GET("/api/rooms", { params })) as Promise<List<Room>>;
}

/** One page of people. */
export async function listProfiles(query: Query & { online?: boolean }): Promise<List<Profile>> {
  const { presence } = getState();
  const params = { query: withoutBlanks(query) };
  const page = (await call(api.GET("/api/profiles", { params }))) as List<Profile>;
  learnProfiles(page.items, presence);
  return page;
}

/** Somebody by their id, or by what they are called. */
export async function getProfile(who: number | string): Promise<Profile> {
  const { presence } = getState();
  const profile = await (typeof who === "number"
    ? call(api.GET("/api/profiles/{user_id}", { params: { path: { user_id: who } } }))
    : call(
        api.GET("/api/profiles/by-username/{username}", { params: { path: { username: who } } }),
      ));
  learnProfiles([profile], presence);
  return profile;
}

/** An empty search is no search: left in, it would look for nothing. */
function withoutBlanks<T extends object>(query: T): T {
  const entries = Object.entries(query).filter(([, value]) => value !== undefined && value !== "");
  return Object.fromEntries(entries) as T;
}
