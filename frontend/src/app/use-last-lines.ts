import { useEffect } from "react";
import { useStore } from "../realtime/store";
import type { Room } from "../realtime/types";

/** Has the last lines of `rooms` in the store's `latest`: those not seen yet are asked for. */
export function useLastLines(rooms: readonly Room[], isWanted = true): void {
  // Before, what the last visit left is not yet held to what came since.
  const isOpen = useStore((state) => state.connection.phase === "open");
  useEffect(() => {
    if (!isOpen || !isWanted || rooms.length === 0) return;
    void import("./last-lines").then(({ askLastLines }) => askLastLines(rooms));
  }, [rooms, isOpen, isWanted]);
}
