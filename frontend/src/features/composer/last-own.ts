import type { Message, UserId } from "../../realtime/types";

/** One's own newest text, for ↑ in the empty composer. */
export function lastOwn(rows: readonly Message[], meId: UserId): Message | undefined {
  return rows.findLast(
    (row) => row.author.id === meId && row.kind === "text" && row.deleted_at === null,
  );
}
