/**
 * Calls of the API that need no session: signing in, and what mailed links are for. The typed client
 * (`client.ts`) is for everything else; the login does without it.
 */
import { getLocale } from "../i18n";
import { ApiError, problemOf } from "./error";

type Options = {
  /** Stands in for the browser's in tests. */
  send?: typeof fetch;
  /** An access token, for calls that may be made with a session too. */
  token?: string;
};

/** The JSON that a POST answers, null for an answer without any. Rejects with `ApiError`. */
export async function post(
  path: string,
  body?: object,
  { send = fetch, token }: Options = {},
): Promise<unknown> {
  let response: Response;
  try {
    response = await send(path, {
      method: "POST",
      credentials: "same-origin",
      headers: {
        "Accept-Language": getLocale(),
        // The cookie is taken only with this, which no other site can send.
        "X-Parlor": "1",
        ...(body && { "Content-Type": "application/json" }),
        ...(token && { Authorization: `Bearer ${token}` }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
  } catch {
    throw new ApiError(0, "network", "");
  }
  const answer: unknown = await response.json().catch(() => null);
  if (!response.ok) throw problemOf(response, answer);
  return answer;
}
