import { useCallback, useEffect, useState } from "react";
import { api, call } from "../api/client";
import { ApiError } from "../api/error";
import { NotFound } from "../features/not-found/NotFound";
import { loadServer } from "../lib/server-name";
import { createRoom, getState, useStore } from "../realtime/store";
import { errorText } from "../ui/form-errors";
import { NotAnswered } from "./NotAnswered";
import { RoomPage } from "./RoomPage";
import { RoomRefused } from "./RoomRefused";
import { RoomSkeleton } from "./RoomSkeleton";

type Found =
  | { roomId: number }
  /** `problem`: why it was not made, where it was to be. */
  | { missing: true; problem?: string }
  | { refused: ApiError }
  /** Nobody knows yet. */
  | { failed: ApiError }
  | null;

/**
 * A room by its name in the address. An unknown name offers to make a room that is called so; where
 * the server is set to that, the room is made at once.
 */
export default function SlugPage({ slug }: { slug: string }) {
  const isLoaded = useStore((state) => state.roomsLoaded);
  const [found, setFound] = useState<Found>(() => held(slug));

  const again = useCallback(() => setFound(null), []);

  useEffect(() => {
    if (found || !isLoaded) return;
    const here = held(slug);
    if (here) return setFound(here);
    let isCurrent = true;
    find(slug)
      .then(async (room) => room ?? (await make(slug)))
      .then((outcome) => isCurrent && setFound(outcome));
    return () => {
      isCurrent = false;
    };
  }, [slug, isLoaded, found]);

  if (!found) return <RoomSkeleton />;
  if ("roomId" in found) return <RoomPage key={found.roomId} roomId={found.roomId} />;
  if ("failed" in found) return <NotAnswered error={found.failed} onRetry={again} />;
  if ("refused" in found) {
    return <RoomRefused failure={{ code: found.refused.code, detail: errorText(found.refused) }} />;
  }
  return <NotFound createName={slug} problem={found.problem} />;
}

/** The room of this name; null where there is none, or none that one may know of. */
async function find(slug: string): Promise<Found> {
  try {
    const params = { path: { slug } };
    return { roomId: (await call(api.GET("/api/rooms/by-slug/{slug}", { params }))).id };
  } catch (error) {
    if (!(error instanceof ApiError) || error.status === 404) return null;
    return error.isTransient ? { failed: error } : { refused: error };
  }
}

/** What the button of the page would make, without asking, if that is how the server is set. */
async function make(name: string): Promise<Found> {
  const server = await loadServer().catch(() => null);
  if (!server?.creates_missing_rooms) return { missing: true };
  try {
    return { roomId: (await createRoom({ name })).id };
  } catch (error) {
    // Whoever else came by the same address was quicker.
    const found = await find(name);
    if (found && "roomId" in found) return found;
    const about = error instanceof ApiError ? error.errors[0]?.detail : undefined;
    return { missing: true, problem: about ?? errorText(error) };
  }
}

/** The room of this name among those that are held. */
function held(slug: string): Found {
  const wanted = slug.toLowerCase();
  const room = Object.values(getState().rooms).find((each) => each.slug?.toLowerCase() === wanted);
  return room ? { roomId: room.id } : null;
}
