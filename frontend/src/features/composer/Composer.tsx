import { lazy, Suspense } from "react";
import { withTexts } from "../../i18n";
import type { Me, Room } from "../../realtime/types";
import { ComposerBox } from "./ComposerBox";

const JoinBar = lazy(() => withTexts("rooms", import("./JoinBar")));

/** Where one writes, or why one may not. Keyed by room: a text never changes its destination. */
export function Composer({ room, me }: { room: Room; me: Me }) {
  return (
    <div
      data-region="composer"
      className="shrink-0 px-5 pb-5 max-md:px-3 max-md:pb-[max(0.5rem,env(safe-area-inset-bottom))]"
    >
      {room.me ? (
        <ComposerBox key={room.id} room={room} me={me} />
      ) : (
        <Suspense fallback={<div className="min-h-14" />}>
          <JoinBar key={room.id} room={room} />
        </Suspense>
      )}
    </div>
  );
}
