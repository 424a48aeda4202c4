import { useMemo } from "react";
import { t } from "../../i18n";
import { selectTyping } from "../../realtime/selectors";
import { useStore } from "../../realtime/store";

/** Who is typing, on a line of 28 px that is always there, so that nothing moves. Never spoken. */
export function TypingLine({ roomId }: { roomId: number }) {
  const select = useMemo(() => selectTyping(roomId), [roomId]);
  const typing = useStore(select);
  const people = useStore((state) => state.people);
  const names = typing.flatMap((id) => people[id]?.display_name ?? []);
  const text = typingText(names, typing.length);
  return (
    <div className="flex h-7 shrink-0 items-center gap-2 px-6 text-12 text-ink-2 max-md:px-4">
      {text && (
        <>
          <span aria-hidden="true" className="flex gap-1">
            {[0, 200, 400].map((delay) => (
              <span
                key={delay}
                className="size-[0.3125rem] animate-dot rounded-full bg-current"
                style={{ animationDelay: `${delay}ms` }}
              />
            ))}
          </span>
          <span className="truncate">{text}</span>
        </>
      )}
    </div>
  );
}

export function typingText(names: readonly string[], count: number): string {
  const [first, second] = names;
  if (count === 0) return "";
  if (count === 1 && first) return t("typing.one", { name: first });
  if (count === 2 && first && second) return t("typing.two", { first, second });
  return t("typing.several");
}
