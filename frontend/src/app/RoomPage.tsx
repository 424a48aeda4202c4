import { lazy, useEffect } from "react";
import { Composer } from "../features/composer/Composer";
import { RoomHeader } from "../features/rooms/RoomHeader";
import { Timeline } from "../features/timeline/Timeline";
import { TypingLine } from "../features/timeline/TypingLine";
import { t, withTexts } from "../i18n";
import { selectMe, selectRoom, selectWindow } from "../realtime/selectors";
import { clearNewLine, closeRoom, getState, openRoom, useStore } from "../realtime/store";
import { roomName } from "../ui/room-name";
import { useTitle } from "../ui/title";
import { PHONE, useMedia } from "../ui/use-media";
import { MembersSide } from "./MembersSide";
import { RoomSkeleton } from "./RoomSkeleton";
import { useShortcut } from "./shortcuts";
import { stopEditIn, stopWhisper } from "./talk";
import { useMembers } from "./use-members";
import { useMembersShown } from "./use-members-shown";
import { useTypeAnywhere } from "./use-type-anywhere";
import { focusComposer, useView } from "./view";

const NotFound = lazy(() =>
  import("../features/not-found/NotFound").then((module) => ({ default: module.NotFound })),
);
const RoomRefused = lazy(() =>
  withTexts("rooms", import("./RoomRefused")).then((module) => ({ default: module.RoomRefused })),
);

/** A room: header, timeline, composer, members. Mounted anew for each room. */
export function RoomPage({ roomId }: { roomId: number }) {
  const room = useStore(selectRoom(roomId));
  const me = useStore(selectMe);
  const failed = useStore((state) => selectWindow(roomId)(state)?.failed ?? null);
  const isPhone = useMedia(PHONE);
  const members = useMembersShown();

  useTitle(room ? roomName(room) : t("app.loading"));
  useOpenRoom(roomId);
  useTypeAnywhere();
  useMembers(room);
  useShortcut({ code: "Escape", shift: false }, () => {
    // A dialog closes by this key, unless somebody takes it.
    if (document.querySelector("dialog[open]")) return false;
    if (stopEditIn(roomId) || stopWhisper(roomId)) return;
    if (selectWindow(roomId)(getState())?.newAfter != null) clearNewLine(roomId);
    else return focusComposer();
  });

  if (failed?.code === "not_found") return <NotFound />;
  if (failed && ROOM_REFUSALS.has(failed.code))
    return <RoomRefused failure={failed} roomId={roomId} />;
  if (!room || !me) return <RoomSkeleton />;
  const isDirect = room.kind === "direct";
  return (
    <div className="flex h-full min-h-0 flex-col">
      <RoomHeader
        room={room}
        isPhone={isPhone}
        membersShown={members.isShown}
        onToggleMembers={members.toggle}
      />
      <div className="flex min-h-0 flex-1">
        <main
          id="main"
          tabIndex={-1}
          className="relative flex min-w-0 flex-1 flex-col outline-none"
        >
          <Timeline room={room} me={me} />
          <TypingLine roomId={roomId} />
          <Composer room={room} me={me} />
        </main>
        {!isDirect && <MembersSide room={room} shown={members} />}
      </div>
    </div>
  );
}

/** Refusals that say that the room exists and that this person may not see into it. */
const ROOM_REFUSALS = new Set(["room_staff_only", "forbidden"]);

function useOpenRoom(roomId: number) {
  useEffect(() => {
    openRoom(roomId);
    useView.setState({ roomId });
    return () => {
      closeRoom(roomId);
      useView.setState((view) => (view.roomId === roomId ? { roomId: null } : view));
    };
  }, [roomId]);
}
