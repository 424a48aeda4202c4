import type { FieldError, Problem } from "./types";

/**
 * A call that was refused or never answered.
 *
 * `code` is the server's stable code (`invalid`, `room_staff_only`, `rate_limited`, …); decide by it.
 * Where there was no answer to read one from, it is one that the client makes itself (`network`, `timeout`,
 * `malformed_answer`). `detail` is a sentence for people in the chosen language, empty when the
 * server said none: the screen then says it in its own words (`errors.network`).
 */
export class ApiError extends Error {
  override name = "ApiError";

  constructor(
    /** The HTTP status; 0 when there was no answer. */
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    /** What is wrong with which field (`username`, `password`, …); mostly empty. */
    readonly errors: readonly FieldError[] = [],
    /** Seconds after which to try again, where the server said so. */
    readonly retryAfter: number | null = null,
    /** For bug reports; null when there was no answer. */
    readonly requestId: string | null = null,
  ) {
    super(`${status} ${code}${detail ? `: ${detail}` : ""}`);
  }

  /** Whether the very same call may succeed later without anybody changing anything. */
  get isTransient(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }

  /** The sentence about one field, if the server had one. */
  field(name: string): string | null {
    return this.errors.find((error) => error.field === name)?.detail ?? null;
  }
}

/** Reads a problem+json body; anything else becomes `malformed_answer`. */
export function problemOf(response: Response, body: unknown): ApiError {
  const retryAfter = secondsOf(response.headers.get("retry-after"));
  if (!isProblem(body)) {
    return new ApiError(
      response.status,
      response.status === 429 ? "rate_limited" : "malformed_answer",
      "",
      [],
      retryAfter,
      response.headers.get("x-request-id"),
    );
  }
  return new ApiError(
    response.status,
    body.code,
    body.detail ?? body.title ?? "",
    body.errors ?? [],
    retryAfter,
    body.request_id ?? null,
  );
}

function isProblem(body: unknown): body is Problem {
  return (
    typeof body === "object" && body !== null && "code" in body && typeof body.code === "string"
  );
}

/** `Retry-After` is seconds or a date; a date in the past is zero. */
function secondsOf(header: string | null): number | null {
  if (header === null) return null;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds);
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, Math.ceil((at - Date.now()) / 1000));
}
