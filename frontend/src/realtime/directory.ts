/** Rooms and people by plain REST: finding, making, joining, leaving. */
import { type Api, call } from "../api/client";
import type { CreateRoom, List, Me, Member, Profile, Room, UpdateMe } from "../api/types";
import type { Action } from "./reducer";
import type { State } from "./types";

export function directory(api: Api, state: () => State, dispatch: (action: Action) => void) {
  const known = (room: Room): Room => {
    dispatch({ type: "room_answered", room });
    return room;
  };

  return {
    async updateMe(patch: UpdateMe): Promise<Me> {
      const me = await call(api.PATCH("/api/profiles/me", { body: patch }));
      dispatch({ type: "me_changed", me });
      return me;
    },

    async refreshMe(known?: Me): Promise<Me> {
      const me = known ?? (await call(api.GET("/api/profiles/me")));
      dispatch({ type: "me_changed", me });
      return me;
    },

    async createRoom(input: CreateRoom): Promise<Room> {
      return known(await call(api.POST("/api/rooms", { body: input })));
    },

    async joinRoom(roomId: number): Promise<Room> {
      const params = { path: { room_id: roomId } };
      return known(await call(api.POST("/api/rooms/{room_id}/join", { params })));
    },

    async leaveRoom(roomId: number): Promise<void> {
      const params = { path: { room_id: roomId } };
      await call(api.POST("/api/rooms/{room_id}/leave", { params }));
      dispatch({ type: "room_left", roomId });
    },

    async openDirect(userId: number): Promise<Room> {
      const params = { path: { user_id: userId } };
      return known(await call(api.PUT("/api/rooms/direct/{user_id}", { params })));
    },

    /** Everybody whom this person has blocked goes into the state. */
    async loadBlocks(): Promise<void> {
      const before = state().blocked;
      const blocked: Record<number, boolean> = {};
      let cursor: string | null | undefined;
      do {
        const query = { limit: 100, ...(cursor ? { cursor } : {}) };
        const page = await call(api.GET("/api/profiles/blocks", { params: { query } }));
        for (const { profile } of page.items) blocked[profile.id] = true;
        cursor = page.next;
      } while (cursor);
      // What an event said meanwhile is newer.
      if (state().blocked === before) dispatch({ type: "restored", state: { blocked } });
    },

    listRooms(query: { search?: string; cursor?: string; limit?: number }): Promise<List<Room>> {
      const params = { query: { ...withoutBlanks(query), kind: "group" as const } };
      return call(api.GET("/api/rooms", { params })) as Promise<List<Room>>;
    },

    listProfiles(query: {
      search?: string;
      online?: boolean;
      cursor?: string;
      limit?: number;
    }): Promise<List<Profile>> {
      const params = { query: withoutBlanks(query) };
      return call(api.GET("/api/profiles", { params })) as Promise<List<Profile>>;
    },

    async listMembers(roomId: number, more: boolean): Promise<readonly Member[]> {
      const held = state().members[roomId];
      const cursor = more ? held?.next : undefined;
      if (more && !cursor) return held?.items ?? [];
      if (held?.loading) return held.items;
      dispatch({ type: "members_loading", roomId });
      try {
        const params = {
          path: { room_id: roomId },
          query: { limit: 100, ...(cursor ? { cursor } : {}) },
        };
        const { items, next } = await call(api.GET("/api/rooms/{room_id}/members", { params }));
        dispatch({ type: "members_loaded", roomId, items, next, more });
        return state().members[roomId]?.items ?? items;
      } catch (error) {
        dispatch({ type: "members_failed", roomId });
        throw error;
      }
    },
  };
}

/** An empty search is no search: left in, it would look for nothing. */
function withoutBlanks<T extends object>(query: T): T {
  const entries = Object.entries(query).filter(([, value]) => value !== undefined && value !== "");
  return Object.fromEntries(entries) as T;
}
