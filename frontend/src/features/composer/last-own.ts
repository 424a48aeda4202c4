import { deletions } from "../../realtime/deletions";
import type { Message, UserId } from "../../realtime/types";

/** One's own newest text that is shown, for ↑ in the empty composer. */
export function lastOwn(rows: readonly Message[], meId: UserId): Message | undefined {
  return rows.findLast(
    ({ id, author, kind, deleted_at }) =>
      author.id === meId && kind === "text" && deleted_at === null && !deletions.has(id),
  );
}
