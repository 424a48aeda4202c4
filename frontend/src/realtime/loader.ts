/** Loads what rooms show: entering, pages of history, and what was missed. */
import { type Api, call } from "../api/client";
import { ApiError } from "../api/error";
import type { Action } from "./reducer";
import type { Clock, Socket } from "./socket";
import { PAGE_ROWS, type State } from "./types";
import type { Direction } from "./window";

const SYNC_AGAIN_MS = 2_000;
const ENTER_AGAIN_MS = 2_000;

interface LoaderOptions {
  api: Api;
  socket: Pick<Socket, "command" | "isReady">;
  clock: Clock;
  state(): State;
  dispatch(action: Action): void;
}

export class Loader {
  #open: number | null = null;
  /** Questions on the wire: after which `rev`, and an earlier one that came up meanwhile. */
  readonly #syncing = new Map<number, { after: number; earlier: number | null }>();

  constructor(private readonly options: LoaderOptions) {}

  /** The room that is being looked at. */
  get openRoomId(): number | null {
    return this.#open;
  }

  open(roomId: number): void {
    if (this.#open !== null && this.#open !== roomId) this.close(this.#open);
    this.#open = roomId;
    this.options.dispatch({ type: "room_opened", roomId });
    void this.#enter(roomId);
  }

  close(roomId: number): void {
    if (this.#open !== roomId) return;
    this.#open = null;
    this.options.dispatch({ type: "room_closed", roomId });
    const { socket } = this.options;
    // An exit that is lost with its socket needs no repetition: entering is per socket.
    if (socket.isReady) socket.command("room.exit", { room_id: roomId }).catch(() => {});
  }

  /** A socket has caught up: it does not know yet which room is being looked at. */
  reenter(): void {
    this.#syncing.clear();
    if (this.#open === null) return;
    const roomId = this.#open;
    if (!this.options.state().windows[roomId])
      this.options.dispatch({ type: "room_opened", roomId });
    void this.#enter(roomId);
  }

  reset(): void {
    this.#open = null;
    this.#syncing.clear();
  }

  async older(roomId: number): Promise<void> {
    const window = this.options.state().windows[roomId];
    if (!window?.isLoaded || !window.hasBefore || window.loading.before) return;
    const anchor = window.rows[0]?.seq ?? null;
    await this.#page(roomId, "before", anchor, anchor === null ? {} : { before: anchor });
  }

  async newer(roomId: number): Promise<void> {
    const window = this.options.state().windows[roomId];
    if (!window?.isLoaded || !window.hasAfter || window.loading.after) return;
    const anchor = window.rows.at(-1)?.seq ?? null;
    await this.#page(roomId, "after", anchor, anchor === null ? {} : { after: anchor });
  }

  around(roomId: number, seq: number): Promise<boolean> {
    return this.#page(roomId, "whole", null, { around: seq });
  }

  async tail(roomId: number): Promise<void> {
    if (!this.options.state().windows[roomId]?.hasAfter) return;
    await this.#page(roomId, "whole", null, {});
  }

  /** Asks what changed after `rev`; one question per room at a time. */
  async sync(roomId: number, after: number): Promise<void> {
    const { socket, state, clock, dispatch } = this.options;
    const { epoch } = state();
    // Without a socket the next greeting says what is held, which asks the same.
    if (!socket.isReady || epoch === null) return;
    const running = this.#syncing.get(roomId);
    if (running) {
      if (after < running.after) running.earlier = Math.min(after, running.earlier ?? after);
      return;
    }
    const question = { after, earlier: null as number | null };
    this.#syncing.set(roomId, question);
    try {
      const sync = await socket.command("sync", { room_id: roomId, after: { epoch, rev: after } });
      this.#done(roomId, question);
      dispatch({ type: "synced", roomId, sync });
    } catch (error) {
      this.#done(roomId, question);
      const wait = error instanceof ApiError ? (error.retryAfter ?? 0) * 1000 : 0;
      if (!(error instanceof ApiError) || !error.isTransient) return;
      clock.setTimeout(() => this.#syncIfBehind(roomId), Math.max(SYNC_AGAIN_MS, wait));
      return;
    }
    if (question.earlier !== null) void this.sync(roomId, question.earlier);
  }

  #done(roomId: number, question: object): void {
    if (this.#syncing.get(roomId) === question) this.#syncing.delete(roomId);
  }

  #syncIfBehind(roomId: number): void {
    const { windows, rooms } = this.options.state();
    const window = windows[roomId];
    if (!window) return;
    const isBehind = window.early.length > 0 || window.rev < (rooms[roomId]?.head ?? 0);
    if (isBehind) void this.sync(roomId, window.rev);
  }

  async #enter(roomId: number): Promise<void> {
    const { socket, state, dispatch, clock } = this.options;
    const window = state().windows[roomId];
    const { epoch } = state();
    const whole = !window?.isLoaded || epoch === null;
    if (whole) dispatch({ type: "load_started", roomId, direction: "whole" });
    // The next socket enters by itself once it has caught up.
    if (!socket.isReady) return;
    const cursor = whole ? { last: PAGE_ROWS } : { after: { epoch, rev: window.rev } };
    try {
      const reply = await socket.command("room.enter", { room_id: roomId, ...cursor });
      dispatch({ type: "room_entered", roomId, reply, whole });
      if (this.#open !== roomId) socket.command("room.exit", { room_id: roomId }).catch(() => {});
    } catch (thrown) {
      const error = asApiError(thrown);
      if (error.code === "network") return;
      if (error.isTransient) {
        const wait = Math.max(ENTER_AGAIN_MS, (error.retryAfter ?? 0) * 1000);
        clock.setTimeout(() => {
          if (this.#open === roomId && socket.isReady) void this.#enter(roomId);
        }, wait);
      } else this.#failed(roomId, "whole", error);
    }
  }

  async #page(
    roomId: number,
    direction: Direction,
    anchor: number | null,
    query: { before?: number; after?: number; around?: number },
  ): Promise<boolean> {
    const { api, dispatch } = this.options;
    dispatch({ type: "load_started", roomId, direction });
    try {
      const page = await call(
        api.GET("/api/rooms/{room_id}/messages", {
          params: { path: { room_id: roomId }, query: { ...query, limit: PAGE_ROWS } },
        }),
      );
      dispatch({ type: "page_loaded", roomId, direction, page, anchor });
      return true;
    } catch (error) {
      this.#failed(roomId, direction, asApiError(error));
      return false;
    }
  }

  #failed(roomId: number, direction: Direction, { code, detail }: ApiError): void {
    this.options.dispatch({ type: "load_failed", roomId, failure: { code, detail, direction } });
  }
}

function asApiError(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown;
  // A mistake of our own must not pass for a bad network without a trace.
  console.error(thrown);
  return new ApiError(0, "malformed_answer", "");
}
