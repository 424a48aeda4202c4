import { MembersPanel } from "../features/members/MembersPanel";
import { t } from "../i18n";
import type { Room } from "../realtime/types";
import { Dialog } from "../ui/dialog";

/** The members over the timeline, where there is no room beside it. */
export default function MembersSheet({ room, onClose }: { room: Room; onClose: () => void }) {
  return (
    <Dialog side title={t("members.title")} onClose={onClose}>
      <div className="min-h-0 flex-1">
        <MembersPanel room={room} onLeave={onClose} />
      </div>
    </Dialog>
  );
}
