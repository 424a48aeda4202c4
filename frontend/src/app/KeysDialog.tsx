import { t } from "../i18n";
import { Dialog } from "../ui/dialog";
import { KeyList } from "./KeyList";

/** The keys, from wherever one is. */
export function KeysDialog({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title={t("keys.title")} onClose={onClose}>
      <div className="overflow-y-auto px-6 pt-4 pb-6">
        <KeyList />
      </div>
    </Dialog>
  );
}
