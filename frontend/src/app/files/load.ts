/**
 * The bytes of files, for the page: fetched with the person's token, shown by `blob:` addresses, which
 * are given back when nothing shows them any more.
 */
import { useEffect, useState } from "react";
import { auth } from "../../api/auth";
import { ApiError, problemOf } from "../../api/error";
import type { SentFile } from "../../api/types";

/** Rejects with `ApiError`. */
async function fetchFile({ room_id, id }: SentFile, signal?: AbortSignal): Promise<Blob> {
  const get = async () => {
    const headers = { Authorization: `Bearer ${await auth.accessToken()}` };
    const path = `/api/rooms/${room_id}/files/${id}`;
    return fetch(path, { headers, credentials: "same-origin", ...(signal && { signal }) });
  };
  let answer: Response;
  try {
    answer = await get();
    if (answer.status === 401) {
      await auth.refresh();
      answer = await get();
    }
  } catch (error) {
    throw error instanceof ApiError ? error : new ApiError(0, "network", "");
  }
  if (!answer.ok) throw problemOf(answer, await answer.json().catch(() => null));
  return answer.blob();
}

type Held = { url: Promise<string>; users: number };
const held = new Map<number, Held>();

function take(file: SentFile): Held {
  const known = held.get(file.id);
  if (known) {
    known.users += 1;
    return known;
  }
  const fresh = { url: fetchFile(file).then(URL.createObjectURL), users: 1 };
  held.set(file.id, fresh);
  return fresh;
}

function release(id: number, one: Held): void {
  one.users -= 1;
  if (one.users > 0) return;
  if (held.get(id) === one) held.delete(id);
  one.url.then(URL.revokeObjectURL, () => undefined);
}

type Shown = { url: string | null; error: unknown };
const NOTHING: Shown = { url: null, error: null };

/** The address of a picture while `isWanted`; `again` asks anew after a failure. */
export function usePicture(file: SentFile, isWanted: boolean): Shown & { again: () => void } {
  const [shown, setShown] = useState(NOTHING);
  const [turn, setTurn] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a file never changes; `turn` asks again
  useEffect(() => {
    if (!isWanted) return;
    let isCurrent = true;
    const one = take(file);
    one.url.then(
      (url) => isCurrent && setShown({ url, error: null }),
      (error: unknown) => isCurrent && setShown({ url: null, error }),
    );
    return () => {
      isCurrent = false;
      release(file.id, one);
      setShown(NOTHING);
    };
  }, [file.id, isWanted, turn]);
  return { ...shown, again: () => setTurn((count) => count + 1) };
}

/** Gives a file to the browser, under its name. Rejects with `ApiError`. */
export async function download(file: SentFile): Promise<void> {
  const url = URL.createObjectURL(await fetchFile(file));
  const link = document.createElement("a");
  link.href = url;
  link.download = file.name;
  link.click();
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
