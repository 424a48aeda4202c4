/** Uploads that tell how far they are: `fetch` cannot. */
import { getLocale } from "../i18n";
import { auth } from "./auth";
import { ApiError, problemOf } from "./error";
import type { Me, SentFile } from "./types";

type Options = {
  /** Gets the part that was sent, 0–1. */
  onProgress: (part: number) => void;
  signal: AbortSignal;
};

/** Gives the caller another avatar. Rejects with `ApiError`; with `network` also when it was aborted. */
export function uploadAvatar(picture: Blob, options: Options): Promise<Me> {
  return upload("PUT", "/api/profiles/me/avatar", picture, options);
}

/** Puts a file into a room, to be sent with a message. Rejects like {@link uploadAvatar}. */
export function uploadFile(
  roomId: number,
  file: Blob,
  name: string,
  options: Options,
): Promise<SentFile> {
  const path = `/api/rooms/${roomId}/files?name=${encodeURIComponent(name)}`;
  return upload("POST", path, file, options);
}

async function upload<T>(
  method: "PUT" | "POST",
  path: string,
  body: Blob,
  options: Options,
): Promise<T> {
  const send = async () => sendOnce<T>(method, path, body, await auth.accessToken(), options);
  try {
    return await send();
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== "token_expired") throw error;
    await auth.refresh();
    return send();
  }
}

function sendOnce<T>(
  method: string,
  path: string,
  body: Blob,
  token: string,
  { onProgress, signal }: Options,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const fail = () => reject(new ApiError(0, "network", ""));
    request.open(method, path);
    request.setRequestHeader("Accept", "application/json, application/problem+json");
    request.setRequestHeader("Accept-Language", getLocale());
    request.setRequestHeader("Authorization", `Bearer ${token}`);
    request.setRequestHeader("Content-Type", body.type || "application/octet-stream");
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total);
    };
    request.onload = () => {
      const answer = parsed(request.responseText);
      if (isDone(request.status) && answer !== null) resolve(answer as T);
      else reject(problemOf(responseOf(request), answer));
    };
    request.onerror = fail;
    request.onabort = fail;
    if (signal.aborted) return fail();
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.send(body);
  });
}

function isDone(status: number): boolean {
  return status >= 200 && status < 300;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function responseOf(request: XMLHttpRequest): Response {
  const headers = new Headers();
  for (const name of ["retry-after", "x-request-id"]) {
    const value = request.getResponseHeader(name);
    if (value !== null) headers.set(name, value);
  }
  const { status } = request;
  return new Response(null, { status: isDone(status) || status < 200 ? 500 : status, headers });
}
