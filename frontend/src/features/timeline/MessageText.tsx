import { memo } from "react";
import { t } from "../../i18n";
import { cx } from "../../lib/cx";
import { Markdown } from "../../lib/markdown";
import { isEmojiOnly } from "../../lib/text";
import { fullTime } from "../../lib/time";

type MessageTextProps = {
  body: string;
  editedAt?: string | null;
  /** The viewer's username: mentions of it stand out. */
  viewer: string;
};

/** The words of a message, with "(edited)" at their end. */
export const MessageText = memo(function MessageText({ body, editedAt, viewer }: MessageTextProps) {
  return (
    <div className={cx("prose", isEmojiOnly(body) && "prose-large")} dir="auto">
      <Markdown text={body} viewer={viewer} />
      {editedAt && " "}
      {editedAt && (
        <span
          className="edited-mark text-12 text-ink-3"
          data-tooltip={t("timeline.edited_at", { time: fullTime(editedAt) })}
        >
          {t("timeline.edited")}
        </span>
      )}
    </div>
  );
});
