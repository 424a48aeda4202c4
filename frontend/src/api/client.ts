/**
 * The REST client: typed by the contract, signed in by `auth.ts`.
 *
 * ```ts
 * const room = await call(api.GET("/api/rooms/{room_id}", { params: { path: { room_id: 5 } } }));
 * ```
 * `call` answers the body or throws `ApiError`. A call that the server refused with
 * `token_expired` is repeated once with a new token.
 */
import type { Client } from "openapi-fetch";
import { getLocale } from "../i18n";
import { type Auth, auth } from "./auth";
import { ApiError, problemOf } from "./error";
import type { Paths } from "./types";

/** The types are openapi-fetch's, which reads them off the contract; the calls are made here. */
export type Api = Pick<Client<Paths>, "GET" | "PUT" | "POST" | "PATCH" | "DELETE">;

/** What of a call's options is heeded. */
interface Options {
  params?: {
    path?: Record<string, string | number>;
    query?: Record<string, unknown>;
  };
  body?: unknown;
  /** For a body that is not JSON; its type then goes into `headers`. */
  bodySerializer?: (body: unknown) => BodyInit;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** Makes a client; `send` and `session` are parameters for the tests. */
export function createApi(
  session: Pick<Auth, "accessToken" | "refresh">,
  send: (request: Request) => Promise<Response>,
  baseUrl = globalThis.location?.origin ?? "",
): Api {
  const method =
    (name: string) =>
    async (path: string, options: Options = {}) => {
      const response = await authorized(
        requestOf(name, baseUrl + pathOf(path, options.params), options),
        session,
        send,
      );
      if (response.ok) {
        // What was only accepted (202) has no body either.
        const text = await response.text();
        return { data: text === "" ? undefined : JSON.parse(text), response };
      }
      return { error: await response.json().catch(() => null), response };
    };
  return Object.fromEntries(
    ["GET", "PUT", "POST", "PATCH", "DELETE"].map((name) => [name, method(name)]),
  ) as unknown as Api;
}

function requestOf(
  method: string,
  url: string,
  { body, bodySerializer = JSON.stringify, headers, signal }: Options,
): Request {
  return new Request(url, {
    method,
    credentials: "same-origin",
    headers: { ...(body === undefined ? {} : { "Content-Type": "application/json" }), ...headers },
    ...(body === undefined ? {} : { body: bodySerializer(body) }),
    ...(signal ? { signal } : {}),
  });
}

/** The path with its parameters filled in; of the query's, those that have a value. */
function pathOf(path: string, { path: names = {}, query = {} }: Options["params"] = {}): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(names[name] ?? ""));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null) search.append(name, String(value));
  }
  return search.size > 0 ? `${filled}?${search}` : filled;
}

/** The one of this page. */
export const api = createApi(auth, (request) => fetch(request));

interface Outcome<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The body of an answer; throws `ApiError` for every other outcome. `undefined` where it has none. */
export async function call<T>(outcome: Promise<Outcome<T>>): Promise<T> {
  let answer: Outcome<T>;
  try {
    answer = await outcome;
  } catch (error) {
    if (error instanceof ApiError) throw error;
    // `fetch` rejects without a network; a body that is no JSON rejects with a SyntaxError.
    throw new ApiError(0, error instanceof SyntaxError ? "malformed_answer" : "network", "");
  }
  if (!answer.response.ok) throw problemOf(answer.response, answer.error);
  return answer.data as T;
}

async function authorized(
  request: Request,
  session: Pick<Auth, "accessToken" | "refresh">,
  send: (request: Request) => Promise<Response>,
): Promise<Response> {
  // A body can be read once: the copy is for the second try.
  const again = request.clone();
  const response = await send(withHeaders(request, await session.accessToken()));
  if (response.status !== 401) return response;
  const problem: unknown = await response
    .clone()
    .json()
    .catch(() => null);
  if (problemOf(response, problem).code !== "token_expired") return response;
  await session.refresh();
  return send(withHeaders(again, await session.accessToken()));
}

function withHeaders(request: Request, token: string): Request {
  request.headers.set("Authorization", `Bearer ${token}`);
  request.headers.set("Accept-Language", getLocale());
  return request;
}
