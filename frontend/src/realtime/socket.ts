/**
 * One WebSocket to the gateway, kept open: greeting, heartbeat, token renewal, commands with their
 * replies, and coming back after a loss. It knows frames, not rooms: what they mean is the
 * reducer's business. The WebSocket, the clock and chance are parameters, so that tests own them.
 */
import { ApiError } from "../api/error";
import {
  adviceOf,
  type CommandError,
  type CommandFields,
  type CommandType,
  type Hello,
  parseFrame,
  type ReplyData,
  type Resume,
  type ServerEvent,
} from "./protocol";
import type { Connection } from "./types";

/** The first wait after a loss is up to this; it doubles with each loss, up to the maximum. */
const BACKOFF_MIN_MS = 500;
const BACKOFF_MAX_MS = 30_000;
/** A socket that was open this long was no accident: the next loss starts from the beginning. */
const STABLE_AFTER_MS = 10_000;
const PING_EVERY_MS = 25_000;
/** After a ping, this long without any frame means that the network is dead. */
const DEAD_AFTER_MS = 10_000;
/** From opening to the end of catching up. */
const READY_WITHIN_MS = 15_000;
const REPLY_WITHIN_MS = 15_000;
/** The token is renewed this long before it expires. */
const RENEW_BEFORE_MS = 60_000;
const RENEW_AGAIN_MS = 10_000;

/** What is used of a `WebSocket`. */
export interface Wire {
  send(text: string): void;
  close(code?: number, reason?: string): void;
  onopen: ((event: Event) => void) | null;
  onmessage: ((event: MessageEvent) => void) | null;
  onclose: ((event: CloseEvent) => void) | null;
}

export interface Clock {
  now(): number;
  setTimeout(task: () => void, ms: number): unknown;
  clearTimeout(timer: unknown): void;
}

export interface SocketOptions {
  open(): Wire;
  clock: Clock;
  /** At least 0, less than 1. */
  random(): number;
  /** A token that is good for a while; rejects with `ApiError`. */
  accessToken(): Promise<string>;
  /** Gets a new token even if the one in hand looks good. */
  renew(): Promise<unknown>;
  /** When the token in hand expires, in milliseconds; null when there is none. */
  expiresAt(): number | null;
  /** What is held, asked anew for each greeting; undefined when nothing is. */
  resume(): Resume | undefined;
  onEvent(event: ServerEvent): void;
  onUnknownFrame(): void;
  onConnection(connection: Connection): void;
  /** The server said that the session is over; the socket does not come back. */
  onSignedOut(reason: "expired" | "revoked" | "deactivated"): void;
}

interface Waiting {
  resolve(data: unknown): void;
  reject(error: ApiError): void;
  timer: unknown;
}

type TimerName = "retry" | "ready" | "stable" | "ping" | "dead" | "renew" | "drain";

export class Socket {
  #wire: Wire | null = null;
  #isReady = false;
  #isRunning = false;
  /** Each attempt has a number, so that an answer of an old one is told apart. */
  #round = 0;
  #nextId = 1;
  #lastFrameAt = 0;
  #mustRenew = false;
  readonly #waiting = new Map<string, Waiting>();
  readonly #timers = new Map<TimerName, unknown>();
  #connection: Connection;

  constructor(private readonly options: SocketOptions) {
    this.#connection = {
      phase: "idle",
      since: options.clock.now(),
      attempt: 0,
      retryAt: null,
      closeCode: null,
      wasOpen: false,
    };
  }

  start(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    void this.#connect();
  }

  stop(): void {
    this.#isRunning = false;
    this.#drop(1000);
    this.#say({ phase: "idle", retryAt: null, attempt: 0 });
  }

  /** The network is back, the page is looked at, or the person asks: try now, or see if it lives. */
  wake(): void {
    if (!this.#isRunning) return;
    const { phase } = this.#connection;
    if (phase === "waiting") void this.#connect();
    else if (phase === "open" && this.#now() - this.#lastFrameAt > DEAD_AFTER_MS) this.#ping();
  }

  /** As {@link wake}, and also after the server said not to come back by itself. */
  reconnect(): void {
    if (this.#connection.phase === "stopped") void this.#connect();
    else this.wake();
  }

  /** Whether commands can be sent. */
  get isReady(): boolean {
    return this.#isReady;
  }

  /**
   * Sends a command; answers the data of its reply. Rejects with `ApiError`: the server's code, or
   * `network` (no socket, or lost before the reply) or `timeout`. After these two the outcome is
   * not known.
   */
  command<T extends CommandType>(type: T, fields: CommandFields<T>): Promise<ReplyData<T>> {
    return new Promise((resolve, reject) => {
      if (!this.#isReady || !this.#wire) {
        reject(new ApiError(0, "network", ""));
        return;
      }
      const id = String(this.#nextId++);
      const timer = this.#after(REPLY_WITHIN_MS, () => {
        this.#waiting.delete(id);
        reject(new ApiError(0, "timeout", ""));
      });
      this.#waiting.set(id, { resolve: (data) => resolve(data as ReplyData<T>), reject, timer });
      this.#wire.send(JSON.stringify({ ...fields, type, id }));
    });
  }

  async #connect(): Promise<void> {
    this.#drop(1000);
    const round = ++this.#round;
    this.#say({ phase: "connecting", retryAt: null });
    let token: string;
    try {
      if (this.#mustRenew) await this.options.renew();
      token = await this.options.accessToken();
    } catch (error) {
      if (round !== this.#round || !this.#isRunning) return;
      // A refused refresh has ended the session already; whoever owns it calls `stop`.
      const isRefused = error instanceof ApiError && !error.isTransient;
      if (isRefused) this.#say({ phase: "stopped" });
      else this.#wait(error instanceof ApiError ? (error.retryAfter ?? 0) * 1000 : 0);
      return;
    }
    if (round !== this.#round || !this.#isRunning) return;
    this.#mustRenew = false;
    this.#open(token);
  }

  #open(token: string): void {
    let wire: Wire;
    try {
      wire = this.options.open();
    } catch {
      this.#wait(0);
      return;
    }
    this.#wire = wire;
    wire.onopen = () => {
      const resume = this.options.resume();
      const hello: Hello = { type: "hello", token, ...(resume ? { resume } : {}) };
      wire.send(JSON.stringify(hello));
    };
    wire.onmessage = (event) => {
      if (wire === this.#wire) this.#heard(String(event.data));
    };
    wire.onclose = (event) => {
      if (wire === this.#wire) this.#lost(event.code);
    };
    this.#set("ready", READY_WITHIN_MS, () => this.#lost(1006));
  }

  #heard(text: string): void {
    this.#lastFrameAt = this.#now();
    this.#clear("dead");
    const frame = parseFrame(text);
    if (!frame || frame.type === "unknown") {
      this.options.onUnknownFrame();
      return;
    }
    if (frame.type === "reply") {
      const waiting = this.#waiting.get(frame.id);
      if (!waiting) return;
      this.#waiting.delete(frame.id);
      this.options.clock.clearTimeout(waiting.timer);
      if (frame.ok) waiting.resolve(frame.data);
      else waiting.reject(errorOf(frame.error));
      return;
    }
    // Before, the room that is open is not known to be up to date, and would be entered twice.
    if (frame.type === "caught_up") this.#isReady = true;
    this.options.onEvent(frame);
    if (frame.type === "caught_up") this.#caughtUp();
    if (frame.type === "draining") this.#drain(frame.after_ms);
  }

  #caughtUp(): void {
    this.#clear("ready");
    this.#say({ phase: "open", retryAt: null, wasOpen: true });
    this.#set("stable", STABLE_AFTER_MS, () => this.#say({ attempt: 0 }));
    this.#schedulePing();
    this.#scheduleRenewal();
  }

  #lost(code: number): void {
    this.#drop(1000);
    this.#say({ closeCode: code });
    const advice = adviceOf(code);
    switch (advice.kind) {
      case "signed_out":
        this.#isRunning = false;
        this.#say({ phase: "stopped", retryAt: null });
        this.options.onSignedOut(advice.reason);
        break;
      case "stop":
        this.#say({ phase: "stopped", retryAt: null });
        break;
      case "renew":
        this.#mustRenew = true;
        this.#wait(0);
        break;
      case "return":
        this.#wait(0);
        break;
    }
  }

  /** Waits with full jitter, at least `atLeastMs`, then tries again. */
  #wait(atLeastMs: number): void {
    const { attempt } = this.#connection;
    const most = Math.min(BACKOFF_MAX_MS, BACKOFF_MIN_MS * 2 ** attempt);
    const delay = Math.max(atLeastMs, Math.floor(this.options.random() * most));
    this.#say({ phase: "waiting", attempt: attempt + 1, retryAt: this.#now() + delay });
    this.#set("retry", delay, () => void this.#connect());
  }

  /** A restart is near: come back after a random part of the time that is left. */
  #drain(afterMs: number): void {
    this.#set("drain", Math.floor(this.options.random() * afterMs), () => void this.#connect());
  }

  #schedulePing(): void {
    this.#set("ping", PING_EVERY_MS, () => this.#ping());
  }

  #ping(): void {
    this.#schedulePing();
    // Any frame will do as an answer, so the reply itself is of no interest.
    this.command("ping", {}).catch(() => {});
    this.#set("dead", DEAD_AFTER_MS, () => this.#lost(1006));
  }

  #scheduleRenewal(): void {
    const expiresAt = this.options.expiresAt();
    if (expiresAt === null) return;
    const left = expiresAt - this.#now();
    // Of a very short life the last fifth must do.
    const before = Math.min(RENEW_BEFORE_MS, left / 5);
    this.#set("renew", Math.max(0, left - before), () => void this.#renew());
  }

  async #renew(): Promise<void> {
    const round = this.#round;
    try {
      await this.options.renew();
      const token = await this.options.accessToken();
      if (round !== this.#round) return;
      await this.command("auth.renew", { token });
      if (round === this.#round) this.#scheduleRenewal();
    } catch {
      // Tried again until the server closes with 4003, which leads to a new socket.
      if (round === this.#round && this.#isReady) {
        this.#set("renew", RENEW_AGAIN_MS, () => void this.#renew());
      }
    }
  }

  /** Lets go of the wire: nothing of it is heard any more, and no command will be answered. */
  #drop(code: number): void {
    const wire = this.#wire;
    this.#wire = null;
    this.#isReady = false;
    for (const name of [...this.#timers.keys()]) this.#clear(name);
    for (const { reject, timer } of this.#waiting.values()) {
      this.options.clock.clearTimeout(timer);
      reject(new ApiError(0, "network", ""));
    }
    this.#waiting.clear();
    if (!wire) return;
    wire.onopen = wire.onmessage = wire.onclose = null;
    try {
      wire.close(code);
    } catch {
      // It is closed already.
    }
  }

  #say(patch: Partial<Connection>): void {
    const before = this.#connection;
    const after = { ...before, ...patch };
    const isTurn = sort(before.phase) !== sort(after.phase);
    this.#connection = isTurn ? { ...after, since: this.#now() } : after;
    this.options.onConnection(this.#connection);
  }

  #now(): number {
    return this.options.clock.now();
  }

  #after(ms: number, task: () => void): unknown {
    return this.options.clock.setTimeout(task, ms);
  }

  #set(name: TimerName, ms: number, task: () => void): void {
    this.#clear(name);
    this.#timers.set(
      name,
      this.#after(ms, () => {
        this.#timers.delete(name);
        task();
      }),
    );
  }

  #clear(name: TimerName): void {
    if (this.#timers.has(name)) this.options.clock.clearTimeout(this.#timers.get(name));
    this.#timers.delete(name);
  }
}

/** Trying and waiting are one thing to the person who reads "Reconnecting…". */
function sort(phase: Connection["phase"]): Connection["phase"] {
  return phase === "waiting" ? "connecting" : phase;
}

/** Codes are those of REST, but frames carry no status: the ones that matter get theirs back. */
const STATUS: Record<string, number> = {
  unauthenticated: 401,
  token_expired: 401,
  forbidden: 403,
  room_staff_only: 403,
  not_room_owner: 403,
  muted: 403,
  not_found: 404,
  conflict: 409,
  nonce_reused: 409,
  too_large: 413,
  rate_limited: 429,
  unavailable: 503,
  retry_same_nonce: 503,
  storage_full: 507,
};

function errorOf(error: CommandError): ApiError {
  const { code, detail, errors, retry_after_s: retryAfter } = error;
  return new ApiError(STATUS[code] ?? 422, code, detail, errors ?? [], retryAfter ?? null);
}
