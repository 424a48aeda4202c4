import { lazy, Suspense } from "react";
import { t, withTexts } from "../../i18n";
import type { Room } from "../../realtime/types";
import { RoomIcon } from "../../ui/room-icon";
import { roomReference } from "../../ui/room-name";

const FirstSteps = lazy(() => withTexts("rooms", import("../../app/FirstSteps")));

/** The first thing in a room: what it is, above its first message. */
export function Beginning({ room, isEmpty }: { room: Room; isEmpty: boolean }) {
  return (
    <div className="px-5 pt-10 pb-6 max-md:px-4">
      <span
        aria-hidden="true"
        className="mb-4 flex size-14 items-center justify-center rounded-panel bg-accent-soft text-accent-text"
      >
        <RoomIcon room={room} className="size-7" />
      </span>
      <h2 className="text-20 font-semibold tracking-title [overflow-wrap:anywhere]">
        {t(room.kind === "direct" ? "timeline.begin_direct" : "timeline.begin", {
          name: roomReference(room),
        })}
      </h2>
      {room.topic && (
        <p className="mt-1 max-w-[40rem] text-15 text-ink-2 [overflow-wrap:anywhere]">
          {room.topic}
        </p>
      )}
      {isEmpty && (
        <Suspense fallback={null}>
          <FirstSteps room={room} />
        </Suspense>
      )}
    </div>
  );
}
