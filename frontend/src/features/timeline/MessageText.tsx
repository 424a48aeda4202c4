import { memo } from "react";
import { t } from "../../i18n";
import { cx } from "../../lib/cx";
import { Markdown } from "../../lib/markdown/render";
import { isEmojiOnly } from "../../lib/text";
import { fullTime } from "../../lib/time";

type MessageTextProps = {
  body: string;
  editedAt?: string | null;
  /** The viewer's username: mentions of it stand out. */
  viewer: string;
  /** Shows what it said before; absent for those who may not see that. */
  onEdits?: ((button: HTMLElement) => void) | undefined;
};

/** The words of a message, with "(edited)" at their end. */
export const MessageText = memo(function MessageText({
  body,
  editedAt,
  viewer,
  onEdits,
}: MessageTextProps) {
  return (
    <div className={cx("prose", isEmojiOnly(body) && "prose-large")} dir="auto">
      <Markdown text={body} viewer={viewer} />
      {editedAt && " "}
      {editedAt && <EditedMark at={editedAt} onPress={onEdits} />}
    </div>
  );
});

type EditedMarkProps = { at: string; onPress: MessageTextProps["onEdits"] };

function EditedMark({ at, onPress }: EditedMarkProps) {
  const shared = {
    className: "edited-mark text-12 text-ink-3",
    "data-tooltip": t("timeline.edited_at", { time: fullTime(at) }),
  };
  const text = t("timeline.edited");
  if (!onPress) return <span {...shared}>{text}</span>;
  return (
    <button
      {...shared}
      type="button"
      className={`${shared.className} hover:underline`}
      onClick={(event) => onPress(event.currentTarget)}
    >
      {text}
    </button>
  );
}
