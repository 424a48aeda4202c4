import { beforeEach, describe, expect, it, vi } from "vitest";
import { Auth } from "./auth";
import { call, createApi } from "./client";
import { ApiError } from "./error";

const ME = { id: 1, username: "ines" };
let now: number;
let refreshes: number;
let refreshAnswer: () => Response;
let storage: Map<string, string>;
let auth: Auth;

function json(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { "content-type": "application/json", ...headers },
  });
}

function tokens(name: string, seconds = 600): Response {
  return json(200, { access_token: name, token_type: "Bearer", expires_in: seconds, profile: ME });
}

function problem(status: number, code: string, more: object = {}, headers = {}): Response {
  const body = { type: "about:blank", title: "t", status, code, detail: "words", request_id: "r1" };
  return json(status, { ...body, ...more }, headers);
}

const authFetch = vi.fn<typeof fetch>();

beforeEach(() => {
  now = 1_000_000;
  refreshes = 0;
  refreshAnswer = () => tokens(`token-${refreshes}`);
  storage = new Map();
  authFetch.mockReset();
  authFetch.mockImplementation(async (path) => {
    if (path === "/api/auth/refresh") refreshes += 1;
    // Time for others to ask meanwhile.
    await new Promise((resolve) => setTimeout(resolve, 1));
    return path === "/api/auth/refresh" ? refreshAnswer() : tokens("signed-in");
  });
  auth = new Auth({
    fetch: authFetch,
    now: () => now,
    locks: undefined,
    storage: {
      getItem: (key) => storage.get(key) ?? null,
      setItem: (key, value) => void storage.set(key, value),
      removeItem: (key) => void storage.delete(key),
    },
  });
});

describe("signing in", () => {
  it("asks for a cookie session and keeps the token in memory only", async () => {
    expect(auth.mayHaveSession()).toBe(false);
    expect(await auth.enter("/api/auth/login", { username: "ines", password: "secret" })).toEqual(
      ME,
    );
    const [path, init] = authFetch.mock.calls[0] ?? [];
    expect(path).toBe("/api/auth/login");
    expect(JSON.parse(String(init?.body))).toEqual({
      username: "ines",
      password: "secret",
      session: "cookie",
    });
    expect(init?.credentials).toBe("same-origin");
    expect(await auth.accessToken()).toBe("signed-in");
    expect([...storage.values()].join()).not.toContain("signed-in");
    expect(auth.mayHaveSession()).toBe(true);
    expect(auth.lastUserId()).toBe(1);
  });

  it("says which fields are wrong", async () => {
    const errors = [{ field: "username", code: "taken", detail: "Taken." }];
    authFetch.mockResolvedValueOnce(problem(409, "username_taken", { errors }));
    const refused = auth.enter("/api/auth/register", { username: "ines", password: "secret" });
    await expect(refused).rejects.toMatchObject({ status: 409, code: "username_taken", errors });
    await refused.catch((error: ApiError) => expect(error.field("username")).toBe("Taken."));
  });
});

describe("signing up where addresses must be verified first", () => {
  it("begins no session", async () => {
    authFetch.mockResolvedValueOnce(json(202, { code: "email_not_verified", email: "i@x.org" }));
    const refused = auth.enter("/api/auth/register", {
      username: "ines",
      password: "secret",
      email: "i@x.org",
    });
    await expect(refused).rejects.toMatchObject({ status: 202, code: "email_not_verified" });
    expect(auth.mayHaveSession()).toBe(false);
  });
});

describe("refreshing", () => {
  it("happens once for all who ask at the same time", async () => {
    const asked = await Promise.all([auth.accessToken(), auth.accessToken(), auth.refresh()]);
    expect(asked).toEqual(["token-1", "token-1", ME]);
    expect(refreshes).toBe(1);
  });

  it("sends no body: the cookie is all there is", async () => {
    await auth.refresh();
    const [, init] = authFetch.mock.calls[0] ?? [];
    expect(init?.body).toBeUndefined();
    expect(init?.method).toBe("POST");
  });

  it("comes before a token expires", async () => {
    await auth.accessToken();
    now += 560_000;
    expect(await auth.accessToken()).toBe("token-1");
    now += 20_000;
    expect(await auth.accessToken()).toBe("token-2");
  });

  it("waits for the lock that the tabs share", async () => {
    const order: string[] = [];
    const request = vi.fn(async (name: string, task: () => Promise<unknown>) => {
      order.push(`lock ${name}`);
      return task();
    });
    const locked = new Auth({
      fetch: authFetch,
      now: () => now,
      locks: { request } as unknown as LockManager,
      storage: undefined,
    });
    await locked.refresh();
    expect(order).toEqual(["lock parlor.refresh"]);
  });

  it("refused ends the session, with the reason", async () => {
    const onEnd = vi.fn();
    auth.onEnd(onEnd);
    refreshAnswer = () => problem(401, "session_revoked");
    await expect(auth.accessToken()).rejects.toMatchObject({ code: "session_revoked" });
    expect(onEnd).toHaveBeenCalledExactlyOnceWith("revoked");
    expect(auth.mayHaveSession()).toBe(false);
  });

  it("that finds no network, or a busy server, ends nothing", async () => {
    const onEnd = vi.fn();
    auth.onEnd(onEnd);
    storage.set("parlor.session", "1");
    authFetch.mockRejectedValueOnce(new TypeError("Failed to fetch"));
    await expect(auth.refresh()).rejects.toMatchObject({ status: 0, code: "network" });
    refreshAnswer = () => problem(503, "unavailable");
    await expect(auth.refresh()).rejects.toMatchObject({ status: 503 });
    expect(onEnd).not.toHaveBeenCalled();
    expect(auth.mayHaveSession()).toBe(true);
  });
});

describe("calls", () => {
  function client(...answers: Response[]) {
    const seen: { token: string | null; language: string | null; body: string }[] = [];
    const urls: string[] = [];
    const send = async (request: Request) => {
      const { headers } = request;
      urls.push(`${request.method} ${request.url}`);
      seen.push({
        token: headers.get("authorization"),
        language: headers.get("accept-language"),
        body: await request.text(),
      });
      return answers.shift() ?? json(500, {});
    };
    return { api: createApi(auth, send, "http://parlor.test"), seen, urls };
  }

  it("name what they are about, whatever is in it", async () => {
    const { api, urls } = client(json(200, {}), json(200, {}), json(200, {}));
    const query = { search: "a&b é", limit: 5, cursor: undefined };
    await call(api.GET("/api/rooms", { params: { query } }));
    await call(api.GET("/api/rooms/by-slug/{slug}", { params: { path: { slug: "a/b ?" } } }));
    await call(api.DELETE("/api/rooms/{room_id}", { params: { path: { room_id: 5 } } }));
    expect(urls).toEqual([
      "GET http://parlor.test/api/rooms?search=a%26b+%C3%A9&limit=5",
      "GET http://parlor.test/api/rooms/by-slug/a%2Fb%20%3F",
      "DELETE http://parlor.test/api/rooms/5",
    ]);
  });

  it("carry the token and the language", async () => {
    const { api, seen } = client(json(200, { items: [], next: null }));
    expect(await call(api.GET("/api/rooms"))).toEqual({ items: [], next: null });
    expect(seen).toEqual([{ token: "Bearer token-1", language: "en", body: "" }]);
  });

  it("are repeated once, body and all, with a new token when the old one has expired", async () => {
    const { api, seen } = client(problem(401, "token_expired"), json(201, { id: 7 }));
    const room = await call(api.POST("/api/rooms", { body: { name: "tea" } }));
    expect(room).toEqual({ id: 7 });
    expect(seen).toEqual([
      { token: "Bearer token-1", language: "en", body: '{"name":"tea"}' },
      { token: "Bearer token-2", language: "en", body: '{"name":"tea"}' },
    ]);
  });

  it("are not repeated a second time, nor for another 401", async () => {
    const expired = client(problem(401, "token_expired"), problem(401, "token_expired"));
    await expect(call(expired.api.GET("/api/rooms"))).rejects.toMatchObject({
      code: "token_expired",
    });
    expect(expired.seen).toHaveLength(2);

    const other = client(problem(401, "unauthenticated"));
    await expect(call(other.api.GET("/api/rooms"))).rejects.toMatchObject({ status: 401 });
    expect(other.seen).toHaveLength(1);
  });

  it("throw what the server said", async () => {
    const { api } = client(
      problem(429, "rate_limited", {}, { "retry-after": "3" }),
      problem(404, "not_found"),
    );
    await expect(call(api.GET("/api/rooms"))).rejects.toMatchObject({
      status: 429,
      code: "rate_limited",
      detail: "words",
      retryAfter: 3,
      requestId: "r1",
      isTransient: true,
    });
    const params = { path: { room_id: 5 } };
    await expect(call(api.GET("/api/rooms/{room_id}", { params }))).rejects.toMatchObject({
      status: 404,
      isTransient: false,
    });
  });

  it("throw errors of their own for what is no answer", async () => {
    const { api } = client(
      new Response("<h1>Bad gateway</h1>", { status: 502 }),
      new Response("oops", { status: 200 }),
    );
    await expect(call(api.GET("/api/rooms"))).rejects.toMatchObject({
      status: 502,
      code: "malformed_answer",
    });
    await expect(call(api.GET("/api/rooms"))).rejects.toBeInstanceOf(ApiError);
    const down = createApi(
      auth,
      () => Promise.reject(new TypeError("Failed to fetch")),
      "http://x",
    );
    await expect(call(down.GET("/api/rooms"))).rejects.toMatchObject({
      status: 0,
      code: "network",
    });
  });

  it.each([202, 204])("answer nothing for a %i without a body", async (status) => {
    const { api } = client(new Response(null, { status }));
    const params = { path: { room_id: 5 } };
    expect(await call(api.POST("/api/rooms/{room_id}/leave", { params }))).toBeUndefined();
  });
});
