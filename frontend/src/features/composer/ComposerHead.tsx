import { Reply, X } from "lucide-react";
import type { ReactNode } from "react";
import { t } from "../../i18n";
import { cx } from "../../lib/cx";
import { excerpt } from "../../lib/text";
import type { Message } from "../../realtime/types";

/** Above what one writes: what it answers. */
export function ReplyHead({ message, onLeave }: { message: Message; onLeave: () => void }) {
  return (
    <Head
      icon={<Reply aria-hidden="true" className="size-3.5 shrink-0" />}
      title={t("composer.reply_to", { name: message.author.display_name })}
      text={message.body === null ? t("timeline.deleted") : excerpt(message.body)}
      label={t("composer.reply_leave")}
      className="text-ink-2"
      onLeave={onLeave}
    />
  );
}

type HeadProps = {
  icon: ReactNode;
  title: string;
  text: string;
  /** What the cross does. */
  label: string;
  className: string;
  onLeave: () => void;
};

/** The line above what one writes, with a cross at its end. */
export function Head({ icon, title, text, label, className, onLeave }: HeadProps) {
  return (
    <div className={cx("flex min-w-0 items-center gap-2 ps-3.5 pe-2 pt-2 text-13", className)}>
      {icon}
      <span className="min-w-0 shrink-0 truncate font-semibold max-md:shrink">{title}</span>
      <span className="min-w-0 flex-1 truncate">{text}</span>
      <button
        type="button"
        aria-label={label}
        data-tooltip={label}
        data-tooltip-keys="Esc"
        onClick={onLeave}
        className="tap flex size-7 shrink-0 items-center justify-center rounded-control hover:bg-hover"
      >
        <X aria-hidden="true" className="size-4" />
      </button>
    </div>
  );
}
