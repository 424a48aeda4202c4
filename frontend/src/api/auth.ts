/**
 * Who is signed in, as far as HTTP goes: the access token (in memory only, never stored) and the
 * refresh cookie (which scripts cannot read). One refresh is in flight at a time, over all tabs:
 * each rotates the cookie, and a lock keeps two tabs from racing for it.
 */
import { ApiError } from "./error";
import { post } from "./post";
import type { Me, SignInPending, Tokens } from "./types";

/** Says "there was a session here": without it no refresh is tried on the login page. */
const HINT = "parlor.session";
const LOCK = "parlor.refresh";
/** A token with less time left is renewed before it is used. */
const SLACK_MS = 30_000;

type EndReason = "expired" | "revoked" | "deactivated";

/** What signing in takes. `totp`: the code of an authenticator, or a recovery code. */
export interface SignIn {
  username: string;
  password: string;
  remember?: boolean;
  totp?: string;
}

/** What signing up takes. */
export interface SignUp {
  username: string;
  password: string;
  email?: string;
  display_name?: string;
}

/** What making the first superuser takes. */
export interface SetUp extends SignUp {
  /** What the link carries that the server showed when it started. */
  token: string;
}

interface AuthOptions {
  fetch: typeof fetch;
  now: () => number;
  locks: Pick<LockManager, "request"> | undefined;
  storage: Pick<Storage, "getItem" | "setItem" | "removeItem"> | undefined;
}

export class Auth {
  #token: { value: string; expiresAt: number } | null = null;
  #refreshing: Promise<Me> | null = null;
  #me: Me | null = null;
  readonly #endListeners = new Set<(reason: EndReason) => void>();

  constructor(private readonly options: AuthOptions) {}

  /**
   * Signs in, up, or by a provider: by a call that answers tokens. Rejects with `ApiError`; where
   * something more is asked (202) its `detail` is what to go on with: a ticket, or an address.
   */
  async enter(path: string, body: object): Promise<Me> {
    const answer = await this.#post(path, { ...body, session: "cookie" });
    if ("access_token" in answer) return this.#take(answer);
    throw new ApiError(202, answer.code, answer.ticket ?? answer.email ?? "");
  }

  /** Ends the session on the server if it can be reached; forgets it here in any case. */
  async signOut(): Promise<void> {
    try {
      const token = await this.accessToken();
      await this.options.fetch("/api/auth/logout", {
        method: "POST",
        credentials: "same-origin",
        headers: { Authorization: `Bearer ${token}` },
      });
    } catch {
      // Without a network the session ends by itself when its refresh token expires.
    } finally {
      this.forget();
    }
  }

  /** Forgets the token; the next start shows the login. */
  forget(): void {
    this.#token = null;
    this.#me = null;
    this.#hint(null);
  }

  /** False when nobody signed in here, or they signed out: then there is no cookie to try. */
  mayHaveSession(): boolean {
    try {
      return this.options.storage?.getItem(HINT) !== null;
    } catch {
      return true;
    }
  }

  /** Who signed in here last, also while the server cannot be asked; null when nobody did. */
  lastUserId(): number | null {
    try {
      return Number(this.options.storage?.getItem(HINT)) || null;
    } catch {
      return null;
    }
  }

  /** A token that is good for a while yet; renewed first if need be. */
  async accessToken(slackMs = SLACK_MS): Promise<string> {
    if (!this.#token || this.#token.expiresAt - this.options.now() <= slackMs) await this.refresh();
    if (!this.#token) throw new ApiError(401, "unauthenticated", "");
    return this.#token.value;
  }

  /** When the token in hand expires; null when there is none. */
  expiresAt(): number | null {
    return this.#token?.expiresAt ?? null;
  }

  /** The person of the last answer. */
  me(): Me | null {
    return this.#me;
  }

  /**
   * Gets a new token by the cookie. Callers at the same time share one call.
   * Rejects with `ApiError`; where the server refused (401, 403), the session is over and
   * {@link onEnd} is told as well.
   */
  refresh(): Promise<Me> {
    this.#refreshing ??= this.#locked(() => this.#refreshOnce()).finally(() => {
      this.#refreshing = null;
    });
    return this.#refreshing;
  }

  /** Calls `listener` when the server ends the session; answers the way to stop. */
  onEnd(listener: (reason: EndReason) => void): () => void {
    this.#endListeners.add(listener);
    return () => this.#endListeners.delete(listener);
  }

  async #refreshOnce(): Promise<Me> {
    try {
      return this.#take((await this.#post("/api/auth/refresh")) as Tokens);
    } catch (error) {
      if (error instanceof ApiError && (error.status === 401 || error.status === 403)) {
        this.forget();
        for (const listener of this.#endListeners) listener(reasonOf(error.code));
      }
      throw error;
    }
  }

  #take(tokens: Tokens): Me {
    this.#token = {
      value: tokens.access_token,
      expiresAt: this.options.now() + tokens.expires_in * 1000,
    };
    this.#me = tokens.profile;
    this.#hint(String(tokens.profile.id));
    return tokens.profile;
  }

  async #post(path: string, body?: object): Promise<Tokens | SignInPending> {
    return (await post(path, body, { send: this.options.fetch })) as Tokens | SignInPending;
  }

  /** Runs `task` while no other tab of this browser does the same. */
  async #locked<T>(task: () => Promise<T>): Promise<T> {
    const { locks } = this.options;
    return locks ? await locks.request(LOCK, task) : await task();
  }

  #hint(value: string | null): void {
    try {
      if (value === null) this.options.storage?.removeItem(HINT);
      else this.options.storage?.setItem(HINT, value);
    } catch {
      // Without storage every start tries the cookie.
    }
  }
}

function reasonOf(code: string): EndReason {
  if (code === "session_revoked") return "revoked";
  if (code.includes("deactivated") || code.includes("inactive")) return "deactivated";
  return "expired";
}

function storageOf(): Storage | undefined {
  try {
    return localStorage;
  } catch {
    return undefined;
  }
}

/** The one of this page. */
export const auth = new Auth({
  fetch: (...call) => fetch(...call),
  now: () => Date.now(),
  locks: typeof navigator === "undefined" ? undefined : navigator.locks,
  storage: storageOf(),
});
