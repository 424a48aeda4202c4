import type { ComponentProps, ReactNode } from "react";
import { Link } from "wouter";
import type { Author } from "../../api/types";
import { t } from "../../i18n";
import { cx } from "../../lib/cx";
import { clock, fullTime } from "../../lib/time";
import { Avatar } from "../../ui/avatar";
import { Chip } from "../../ui/chip";
import { profilePath } from "../../ui/room-name";

type MessageFrameProps = Omit<ComponentProps<"article">, "children"> & {
  rowKey: string;
  author: Author;
  /** RFC 3339. */
  at: string;
  isHead: boolean;
  isStaff?: boolean;
  /** After the time: "Whisper to you". */
  mark?: ReactNode;
  children: ReactNode;
};

/** The grid of a message: 36 px of avatar, then the head and the text. Followers of a group show only the text. */
export function MessageFrame(props: MessageFrameProps) {
  const { rowKey, author, at, isHead, isStaff, mark, className, children, ...rest } = props;
  const time = clock(at);
  return (
    <article
      {...rest}
      tabIndex={-1}
      data-row={rowKey}
      aria-label={t("timeline.row", { name: author.display_name, time })}
      className={cx(
        "group/row grid grid-cols-[2.25rem_minmax(0,1fr)] gap-x-3 px-5 text-15 max-md:px-4",
        "focus-visible:-outline-offset-2 [@media(pointer:coarse)]:select-none [@media(pointer:coarse)]:[-webkit-touch-callout:none]",
        isHead ? "mt-1.5 pt-2 pb-0.5" : "py-0.5",
        className,
      )}
    >
      {isHead ? (
        <Avatar
          className="mt-0.5"
          userId={author.id}
          name={author.display_name}
          url={author.avatar_url}
          size={36}
        />
      ) : (
        <time
          dateTime={at}
          className="pt-1 text-end text-11 whitespace-nowrap text-ink-3 tabular-nums invisible group-hover/row:visible group-focus/row:visible"
        >
          {time}
        </time>
      )}
      <div className="min-w-0">
        {isHead && (
          <header className="flex flex-wrap items-baseline gap-x-2">
            <Link
              // Rows have the focus, and there are hundreds: a link in each would be in Tab's way.
              tabIndex={-1}
              href={profilePath(author.username)}
              className="font-semibold tracking-name [overflow-wrap:anywhere] hover:underline"
            >
              {author.display_name}
            </Link>
            {isStaff && <Chip>{t("timeline.staff")}</Chip>}
            <time
              dateTime={at}
              data-tooltip={fullTime(at)}
              className="text-12 text-ink-3 tabular-nums"
            >
              {time}
            </time>
            {mark}
          </header>
        )}
        {children}
      </div>
    </article>
  );
}
