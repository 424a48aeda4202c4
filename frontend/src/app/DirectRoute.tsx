import { useCallback, useEffect, useState } from "react";
import { Redirect } from "wouter";
import { api, call } from "../api/client";
import { ApiError } from "../api/error";
import { NotFound } from "../features/not-found/NotFound";
import { openDirect } from "../realtime/store";
import { errorText } from "../ui/form-errors";
import { roomPath } from "../ui/room-name";
import { NotAnswered } from "./NotAnswered";
import { RoomRefused } from "./RoomRefused";
import { RoomSkeleton } from "./RoomSkeleton";

type Outcome =
  | { roomId: number }
  | { missing: true }
  | { refused: ApiError }
  /** Nobody knows yet. */
  | { failed: ApiError }
  | null;

/** `/messages/<username>/`: opens the direct room with this person. Nobody of that name, or oneself: 404. */
export default function DirectRoute({ username }: { username: string }) {
  const [outcome, setOutcome] = useState<Outcome>(null);

  const again = useCallback(() => setOutcome(null), []);

  useEffect(() => {
    if (outcome) return;
    let isCurrent = true;
    find(username).then((found) => isCurrent && setOutcome(found));
    return () => {
      isCurrent = false;
    };
  }, [username, outcome]);

  if (!outcome) return <RoomSkeleton />;
  if ("roomId" in outcome) return <Redirect to={roomPath(outcome.roomId)} replace />;
  if ("missing" in outcome) return <NotFound />;
  if ("failed" in outcome) return <NotAnswered error={outcome.failed} onRetry={again} />;
  return (
    <RoomRefused failure={{ code: outcome.refused.code, detail: errorText(outcome.refused) }} />
  );
}

async function find(username: string): Promise<Outcome> {
  try {
    const profile = await call(
      api.GET("/api/profiles/by-username/{username}", { params: { path: { username } } }),
    );
    return { roomId: (await openDirect(profile.id)).id };
  } catch (error) {
    if (!(error instanceof ApiError) || error.status === 404) return { missing: true };
    return error.isTransient ? { failed: error } : { refused: error };
  }
}
