import { type ComponentProps, lazy, Suspense } from "react";

const RoomDialogs = lazy(() =>
  import("../features/rooms/RoomDialogs").then((module) => ({ default: module.RoomDialogs })),
);

/** What the menu of a room opens, for screens that have another way to it. */
export function LazyRoomDialogs(props: ComponentProps<typeof RoomDialogs>) {
  return (
    <Suspense fallback={null}>
      <RoomDialogs {...props} />
    </Suspense>
  );
}
