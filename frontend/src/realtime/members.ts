/** Who belongs to a room, by REST: one question per room at a time. */
import { type Api, call } from "../api/client";
import type { Action } from "./reducer";
import { MEMBERS_PAGE, type State } from "./types";

/** The list anew, its next page, or only who is online there. */
export type Which = "all" | "more" | "here";

export function memberLists(api: Api, state: () => State, dispatch: (action: Action) => void) {
  const running = new Map<number, Promise<void>>();
  const waiting = new Map<number, Which>();

  async function load(roomId: number, which: Which): Promise<void> {
    const { members, presence: asked, rooms } = state();
    const held = members[roomId];
    if (which === "more" && !held?.next) return;
    const path = { room_id: roomId };
    const ask = (query: { online?: boolean; cursor?: string }) => {
      const params = { path, query: { limit: MEMBERS_PAGE, ...query } };
      return call(api.GET("/api/rooms/{room_id}/members", { params }));
    };
    dispatch({ type: "members_loading", roomId });
    try {
      const isCrowd = (rooms[roomId]?.members_count ?? 0) > MEMBERS_PAGE;
      const { items, next } = isCrowd
        ? await (await import("./crowd")).askCrowd(ask, which, held)
        : await ask({});
      dispatch({ type: "members_loaded", roomId, items, next, more: which !== "all", asked });
    } catch (error) {
      dispatch({ type: "members_failed", roomId });
      throw error;
    }
  }

  return async function listMembers(roomId: number, which: Which): Promise<void> {
    const before = running.get(roomId);
    if (!before) {
      const now = load(roomId, which).finally(() => running.delete(roomId));
      running.set(roomId, now);
      return now;
    }
    if (which === "more") return;
    // The answer on its way may be older than what this one is asked for: then it is asked once more.
    if (waiting.get(roomId) !== "all") waiting.set(roomId, which);
    await before.catch(() => {});
    const next = waiting.get(roomId);
    waiting.delete(roomId);
    return next ? listMembers(roomId, next) : running.get(roomId);
  };
}
