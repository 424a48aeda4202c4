import { useMemo } from "react";
import { Link } from "wouter";
import { plainText } from "../../lib/markdown/render";
import { fullTime, shortTime } from "../../lib/time";
import { selectRoom } from "../../realtime/selectors";
import { useStore } from "../../realtime/store";
import type { Message } from "../../realtime/types";
import { Avatar } from "../../ui/avatar";
import { messagePath, roomReference } from "../../ui/room-name";
import { piecesOf } from "./excerpt";

/** One message that was found: who, where, when, and the words around; leads to it in its room. */
export function SearchRow({ message, wanted }: { message: Message; wanted: string }) {
  const room = useStore(useMemo(() => selectRoom(message.room_id), [message.room_id]));
  const { author } = message;
  const pieces = useMemo(
    () => piecesOf(plainText(message.body ?? ""), wanted),
    [message.body, wanted],
  );
  return (
    <Link
      href={messagePath(message.room_id, message.seq)}
      className="-mx-2 flex min-w-0 flex-1 items-start gap-3.5 rounded-input px-2 py-1.5 hover:bg-hover"
    >
      <Avatar
        className="mt-0.5"
        userId={author.id}
        name={author.display_name}
        url={author.avatar_url}
        size={36}
      />
      <span className="min-w-0 flex-1">
        <span className="flex items-baseline gap-2">
          <span dir="auto" className="min-w-0 shrink truncate text-15 font-semibold tracking-name">
            {author.display_name}
          </span>
          <span className="min-w-0 flex-1 truncate text-13 text-ink-2">
            {room && roomReference(room)}
          </span>
          <time
            dateTime={message.created_at}
            data-tooltip={fullTime(message.created_at)}
            className="shrink-0 text-12 text-ink-3 tabular-nums"
          >
            {shortTime(message.created_at)}
          </time>
        </span>
        <span className="line-clamp-3 text-14 text-ink-2 [overflow-wrap:anywhere]">
          {pieces.map(({ at, text, isMatch }) =>
            isMatch ? (
              <mark key={at} className="rounded-chip bg-accent-soft font-medium text-accent-text">
                {text}
              </mark>
            ) : (
              text
            ),
          )}
        </span>
      </span>
    </Link>
  );
}
