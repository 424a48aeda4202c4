import { t } from "../i18n";
import { Dialog } from "../ui/dialog";
import { KeyList } from "./KeyList";

/** The keys, from wherever one is. */
export function KeysDialog({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title={t("keys.title")} onClose={onClose}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a list that is longer than the screen is scrolled by keys */}
      <div tabIndex={0} className="overflow-y-auto px-6 pt-4 pb-6 focus-visible:-outline-offset-2">
        <KeyList />
      </div>
    </Dialog>
  );
}
