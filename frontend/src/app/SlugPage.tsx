import { useEffect, useState } from "react";
import { api, call } from "../api/client";
import { ApiError } from "../api/error";
import { NotFound } from "../features/not-found/NotFound";
import { getState, useStore } from "../realtime/store";
import { errorText } from "../ui/form-errors";
import { PageSkeleton } from "./PageSkeleton";
import { RoomPage } from "./RoomPage";
import { RoomRefused } from "./RoomRefused";

type Found = { roomId: number } | { missing: true } | { refused: ApiError } | null;

/** A room by its name in the address. An unknown name offers to make a room that is called so. */
export function SlugPage({ slug }: { slug: string }) {
  const isLoaded = useStore((state) => state.roomsLoaded);
  const [found, setFound] = useState<Found>(() => held(slug));

  useEffect(() => {
    if (found || !isLoaded) return;
    const here = held(slug);
    if (here) return setFound(here);
    let isCurrent = true;
    call(api.GET("/api/rooms/by-slug/{slug}", { params: { path: { slug } } }))
      .then((room) => isCurrent && setFound({ roomId: room.id }))
      .catch((error) => {
        if (!isCurrent) return;
        if (error instanceof ApiError && error.status !== 404) setFound({ refused: error });
        else setFound({ missing: true });
      });
    return () => {
      isCurrent = false;
    };
  }, [slug, isLoaded, found]);

  if (!found) return <PageSkeleton />;
  if ("roomId" in found) return <RoomPage key={found.roomId} roomId={found.roomId} />;
  if ("refused" in found) {
    return <RoomRefused failure={{ code: found.refused.code, detail: errorText(found.refused) }} />;
  }
  return <NotFound createName={slug} />;
}

/** The room of this name among those that are held. */
function held(slug: string): Found {
  const wanted = slug.toLowerCase();
  const room = Object.values(getState().rooms).find((each) => each.slug?.toLowerCase() === wanted);
  return room ? { roomId: room.id } : null;
}
