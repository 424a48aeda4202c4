/** Rooms and people by plain REST: making, joining, leaving; finding is in `finding.ts`. */
import { type Api, call } from "../api/client";
import type { CreateRoom, Me, Room, UpdateMe } from "../api/types";
import { memberLists } from "./members";
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

    listMembers: memberLists(api, state, dispatch),
  };
}
