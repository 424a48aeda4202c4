import { type RefObject, useEffect, useMemo, useState } from "react";
import { t } from "../../i18n";
import { cx } from "../../lib/cx";
import { listProfiles } from "../../realtime/finding";
import { getState } from "../../realtime/store";
import type { Author, Me, Room } from "../../realtime/types";
import { Avatar } from "../../ui/avatar";
import { type Emoji, searchEmoji, toned, useEmoji } from "../../ui/emoji/data";
import { rememberEmoji, skinTone } from "../../ui/emoji/recent";
import { candidates } from "./candidates";
import type { Trigger } from "./trigger";

/** Fewer than this many in the room fit: the server is asked for more people. */
const ENOUGH = 4;
const ASK_AFTER_MS = 200;
const EMOJI_MAX = 8;

export type Choice = { kind: "person"; person: Author } | { kind: "emoji"; emoji: Emoji };

type SuggestionsProps = {
  id: string;
  trigger: Trigger;
  room: Room;
  me: Me;
  /** Asked first for each key of the composer; answers whether it took it. */
  keys: RefObject<((key: string) => boolean) | null>;
  onChoose: (choice: Choice, insert: string) => void;
  onActive: (id: string | null) => void;
};

/** The list over the composer. The focus stays where one writes; Tab and Enter take what is marked. */
export default function Suggestions(props: SuggestionsProps) {
  const { id, trigger, room, me, keys, onChoose, onActive } = props;
  const choices = useChoices(trigger, room, me);
  const [index, setIndex] = useState(0);
  const active = Math.min(index, choices.length - 1);
  const activeId = active >= 0 ? `${id}-${active}` : null;

  // biome-ignore lint/correctness/useExhaustiveDependencies: another question begins at the top
  useEffect(() => setIndex(0), [trigger.kind, trigger.query]);
  useEffect(() => {
    onActive(activeId);
    if (activeId) document.getElementById(activeId)?.scrollIntoView({ block: "nearest" });
  }, [onActive, activeId]);
  useEffect(() => () => onActive(null), [onActive]);

  const choose = (choice: Choice | undefined) => {
    if (!choice) return;
    if (choice.kind === "person") return onChoose(choice, `@${choice.person.username} `);
    const emoji = toned(choice.emoji, skinTone());
    rememberEmoji(emoji);
    onChoose(choice, `${emoji} `);
  };

  keys.current = (key) => {
    const count = choices.length;
    if (count === 0) return false;
    if (key === "ArrowDown") setIndex((active + 1) % count);
    else if (key === "ArrowUp") setIndex((active - 1 + count) % count);
    else if (key === "Enter" || key === "Tab") choose(choices[active]);
    else return false;
    return true;
  };
  useEffect(
    () => () => {
      keys.current = null;
    },
    [keys],
  );

  if (choices.length === 0) return null;
  return (
    <div
      id={id}
      role="listbox"
      aria-label={t(trigger.kind === "emoji" ? "emoji.title" : "composer.people")}
      tabIndex={-1}
      className="absolute inset-x-0 bottom-full z-10 mb-2 max-h-76 animate-pop overflow-y-auto rounded-menu bg-raised p-1 shadow-float"
    >
      {choices.map((choice, at) => (
        <div
          key={choice.kind === "person" ? choice.person.id : choice.emoji[0]}
          id={`${id}-${at}`}
          role="option"
          tabIndex={-1}
          aria-selected={at === active}
          className={cx(
            "flex h-9 items-center gap-2.5 rounded-control px-2.5 text-14 max-md:h-11",
            at === active && "bg-active",
          )}
          onPointerMove={() => setIndex(at)}
          // The press must not take the focus away from the text.
          onPointerDown={(event) => event.preventDefault()}
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => choose(choice)}
          onKeyDown={undefined}
        >
          {choice.kind === "person" ? (
            <PersonChoice person={choice.person} roomId={room.id} />
          ) : (
            <>
              <span aria-hidden="true" className="w-7 text-center font-emoji text-17">
                {toned(choice.emoji, skinTone())}
              </span>
              <span className="truncate">{choice.emoji[1]}</span>
              {choice.emoji[3] && (
                <span className="truncate text-ink-2">{`:${choice.emoji[3].split(" ")[0]}:`}</span>
              )}
            </>
          )}
        </div>
      ))}
    </div>
  );
}

function PersonChoice({ person, roomId }: { person: Author; roomId: number }) {
  const { online, presence } = getState();
  const here = presence[person.id] ?? "online";
  const isHere = online[roomId]?.includes(person.id) ?? here !== "offline";
  return (
    <>
      <Avatar
        userId={person.id}
        name={person.display_name}
        url={person.avatar_url}
        size={24}
        ground="raised"
        presence={isHere ? (here === "offline" ? "online" : here) : "offline"}
      />
      <span dir="auto" className="truncate font-medium">
        {person.display_name}
      </span>
      <span className="truncate text-ink-2">@{person.username}</span>
    </>
  );
}

function useChoices(trigger: Trigger, room: Room, me: Me): Choice[] {
  const { kind, query } = trigger;
  const emoji = useEmojiFor(kind === "emoji" ? query : null);
  const more = useMorePeople(kind === "mention" ? query : "", room, me);
  return useMemo(() => {
    if (kind === "emoji") return emoji.map((each) => ({ kind: "emoji", emoji: each }));
    const people = candidates(getState(), room, me.id, query, kind === "whisper");
    const known = new Set(people.map((person) => person.id));
    return [...people, ...more.filter((person) => !known.has(person.id))].map((person) => ({
      kind: "person",
      person,
    }));
  }, [kind, query, emoji, more, room, me.id]);
}

const NO_EMOJI: Emoji[] = [];

function useEmojiFor(query: string | null): Emoji[] {
  const groups = useEmoji(query !== null);
  return useMemo(
    () =>
      query === null || !groups || groups === "failed"
        ? NO_EMOJI
        : searchEmoji(groups, query, EMOJI_MAX),
    [groups, query],
  );
}

const NOBODY: Author[] = [];

/** People of the whole server, where the room has too few of such a name. */
function useMorePeople(query: string, room: Room, me: Me): Author[] {
  const [found, setFound] = useState<Author[]>(NOBODY);
  const isEnough =
    query.length < 2 ||
    room.kind === "direct" ||
    candidates(getState(), room, me.id, query).length >= ENOUGH;
  useEffect(() => {
    setFound(NOBODY);
    if (isEnough) return;
    let isCurrent = true;
    const timer = setTimeout(() => {
      listProfiles({ search: query, limit: ENOUGH }).then(
        ({ items }) => isCurrent && setFound(items.filter((person) => person.id !== me.id)),
        // What the room has is offered anyway.
        () => undefined,
      );
    }, ASK_AFTER_MS);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [query, isEnough, me.id]);
  return found;
}
