import { Check, Minus } from "lucide-react";
import { Link } from "wouter";
import { hasText, type Key, t } from "../../i18n";
import { fullTime, shortTime } from "../../lib/time";
import { Changes } from "./Changes";
import type { Shown } from "./types";

/** One value, as a cell or a line of an object shows it. */
export function Cell({ value }: { value: Shown }) {
  if (value === null || value === "") return <span className="text-ink-3">–</span>;
  if (typeof value === "string") return <span className="line-clamp-3 wrap-anywhere">{value}</span>;
  if (typeof value === "number") return <span className="tabular-nums">{value}</span>;
  if (typeof value === "boolean") return <Flag isOn={value} />;
  if ("time" in value) return <Time at={value.time} />;
  if ("word" in value) return <>{wordOf(value.word)}</>;
  if ("words" in value) return <>{value.words.filter(Boolean).map(wordOf).join(" ")}</>;
  if ("event" in value) return <>{eventOf(value.event)}</>;
  if ("changes" in value) return <Changes changes={value.changes} />;
  const isUser = "user" in value;
  const href = isUser ? `/admin/users/${value.user.id}/` : `/admin/rooms/${value.room.id}/`;
  const name = isUser ? value.user.username : value.room.name || `#${value.room.id}`;
  return (
    <Link href={href} className="inline-block py-0.5 text-accent-text hover:underline">
      {name}
    </Link>
  );
}

function Flag({ isOn }: { isOn: boolean }) {
  return isOn ? (
    <Check role="img" aria-label={t("admin.yes")} className="size-4 text-accent-text" />
  ) : (
    <Minus role="img" aria-label={t("admin.no")} className="size-4 text-ink-3" />
  );
}

function Time({ at }: { at: string }) {
  return (
    <time dateTime={at} data-tooltip={fullTime(at)} className="whitespace-nowrap tabular-nums">
      {shortTime(at)}
    </time>
  );
}

/** A word of the server in the reader's language; a name stays what it is. */
export function wordOf(word: string): string {
  const key = `admin.value.${word}`;
  return hasText(key) ? t(key) : word;
}

export function eventOf(event: string): string {
  const key = `admin.event.${event}`;
  return hasText(key) ? t(key as Key) : event;
}
