/** Uploads that tell how far they are: `fetch` cannot. */
import { getLocale } from "../i18n";
import { auth } from "./auth";
import { ApiError, problemOf } from "./error";
import type { Me } from "./types";

type Options = {
  /** Gets the part that was sent, 0–1. */
  onProgress: (part: number) => void;
  signal: AbortSignal;
};

/** Gives the caller another avatar. Rejects with `ApiError`; with `network` also when it was aborted. */
export async function uploadAvatar(picture: Blob, options: Options): Promise<Me> {
  try {
    return await put(picture, await auth.accessToken(), options);
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== "token_expired") throw error;
    await auth.refresh();
    return put(picture, await auth.accessToken(), options);
  }
}

function put(picture: Blob, token: string, { onProgress, signal }: Options): Promise<Me> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const fail = () => reject(new ApiError(0, "network", ""));
    request.open("PUT", "/api/profiles/me/avatar");
    request.setRequestHeader("Accept", "application/json, application/problem+json");
    request.setRequestHeader("Accept-Language", getLocale());
    request.setRequestHeader("Authorization", `Bearer ${token}`);
    request.setRequestHeader("Content-Type", picture.type);
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total);
    };
    request.onload = () => {
      const answer = parsed(request.responseText);
      if (request.status === 200 && answer !== null) resolve(answer as Me);
      else reject(problemOf(responseOf(request), answer));
    };
    request.onerror = fail;
    request.onabort = fail;
    if (signal.aborted) return fail();
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.send(picture);
  });
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
  return new Response(null, { status: request.status === 200 ? 500 : request.status, headers });
}
