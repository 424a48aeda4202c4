import { MembersPanel } from "../features/members/MembersPanel";
import { t } from "../i18n";
import type { Room } from "../realtime/types";
import { Dialog } from "../ui/dialog";
import type { MembersShown } from "./use-members-shown";

/** The members beside the timeline, or as a sheet where there is no room for them. */
export function MembersSide({ room, shown }: { room: Room; shown: MembersShown }) {
  if (!shown.isShown) return null;
  if (shown.isSheet) {
    return (
      <Dialog side title={t("members.title")} onClose={shown.hide}>
        <div className="min-h-0 flex-1">
          <MembersPanel room={room} />
        </div>
      </Dialog>
    );
  }
  return (
    <aside aria-label={t("members.title")} className="w-60 shrink-0 border-s border-line">
      <MembersPanel room={room} />
    </aside>
  );
}
