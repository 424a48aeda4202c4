import { Reply } from "lucide-react";
import { t } from "../../i18n";
import { excerpt, said } from "../../lib/text";
import type { Message, RoomId, UserId } from "../../realtime/types";
import { Head } from "./Head";
import { WhisperHead } from "./WhisperHead";

type ComposerHeadProps = {
  roomId: RoomId;
  /** To whom one whispers; undefined: one answers `reply`. */
  to: UserId | undefined;
  reply: Message | undefined;
  onLeave: () => void;
};

/** Above what one writes: that it is no plain message. */
export default function ComposerHead({ roomId, to, reply, onLeave }: ComposerHeadProps) {
  if (to !== undefined) return <WhisperHead roomId={roomId} to={to} onLeave={onLeave} />;
  return reply && <ReplyHead message={reply} onLeave={onLeave} />;
}

/** Above what one writes: what it answers. */
function ReplyHead({ message, onLeave }: { message: Message; onLeave: () => void }) {
  return (
    <Head
      icon={<Reply aria-hidden="true" className="size-3.5 shrink-0" />}
      title={t("composer.reply_to", { name: message.author.display_name })}
      text={message.body === null ? t("timeline.deleted") : excerpt(said(message))}
      label={t("composer.reply_leave")}
      className="text-ink-2"
      onLeave={onLeave}
    />
  );
}
