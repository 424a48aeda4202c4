import { ConnectionBanner } from "./ConnectionBanner";
import { PageSkeleton } from "./PageSkeleton";

/** A room that is not known yet; while there is no connection it says so, as a room does. */
export function RoomSkeleton() {
  return (
    <>
      <ConnectionBanner />
      <PageSkeleton />
    </>
  );
}
