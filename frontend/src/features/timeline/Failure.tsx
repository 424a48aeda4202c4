import { CircleAlert } from "lucide-react";
import type { MouseEvent } from "react";
import { resumeReply } from "../../app/resume-reply";
import { stopWhisper } from "../../app/talk";
import { focusComposer } from "../../app/view";
import { t, withTexts } from "../../i18n";
import { getDraft, saveDrafts, setDraft } from "../../realtime/drafts";
import { discard, editFailed, retry } from "../../realtime/store";
import type { Me, Pending } from "../../realtime/types";

/** Why a message was refused, and what can be done about it. */
export default function Failure({ pending, me }: { pending: Pending; me: Me }) {
  const edit = () => {
    const { roomId, replyTo } = pending;
    // The draft is under a whisper: its text would be put where nobody sees it.
    stopWhisper(roomId);
    const text = editFailed(pending.nonce);
    const before = getDraft(me.id, roomId);
    const answered = replyTo?.id ?? before?.replyTo ?? null;
    setDraft(me.id, roomId, before ? `${before.text}\n${text}` : text, answered);
    if (replyTo) resumeReply(roomId, replyTo.id);
    if (pending.files?.length) {
      const { files } = pending;
      void withTexts("files", import("../../app/files/attach")).then(({ putBack }) =>
        putBack(roomId, files),
      );
    }
    // Saved at once: that is what tells the composer.
    saveDrafts();
    focusComposer();
  };
  /** The button goes away, and the focus with it: whoever pressed it by a key goes on where one writes. */
  const press = (act: (nonce: string) => void) => (event: MouseEvent) => {
    act(pending.nonce);
    if (event.detail === 0) focusComposer();
  };
  const reason = pending.error?.detail;
  const action = "tap font-medium underline underline-offset-3";
  return (
    <div className="flex flex-wrap items-center gap-x-2.5 gap-y-1 text-13 text-danger-text">
      <CircleAlert aria-hidden="true" className="size-3.5" />
      <span role="alert">
        {reason ? t("timeline.not_sent_why", { reason }) : t("timeline.not_sent")}
      </span>
      <button type="button" className={action} onClick={press(retry)}>
        {t("common.retry")}
      </button>
      <button type="button" className={action} onClick={edit}>
        {t("common.edit")}
      </button>
      <button type="button" className={action} onClick={press(discard)}>
        {t("common.discard")}
      </button>
    </div>
  );
}
