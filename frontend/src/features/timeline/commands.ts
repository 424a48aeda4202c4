/** What can be done with a message, and who may do it. Pure, and small enough for the first load. */
import type { Me, Message, Room } from "../../realtime/types";

export type Command =
  | "menu"
  | "react"
  | "reply"
  | "whisper"
  | "profile"
  | "edit"
  | "delete"
  | "copy"
  | "link";

/** By the place of the key, so that they work on every layout. */
const KEYS: Readonly<Record<string, Command>> = {
  KeyR: "react",
  KeyW: "whisper",
  KeyP: "profile",
  KeyE: "edit",
  Delete: "delete",
  KeyC: "copy",
  KeyL: "link",
};

type KeyLike = Pick<KeyboardEvent, "code" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">;

/** The command of a key pressed on a row; null for all others. */
export function commandOf(event: KeyLike): Command | null {
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return null;
  return KEYS[event.code] ?? null;
}

/** The key of a command, as hints show it. */
export const KEY_NAMES: Partial<Record<Command, string>> = {
  react: "R",
  whisper: "W",
  profile: "P",
  edit: "E",
  delete: "Del",
  copy: "C",
  link: "L",
};

/** The commands that this person has for a message, in the order of the menu. */
export function commandsFor(message: Message, room: Room, me: Me): Command[] {
  if (message.kind !== "text" || message.deleted_at !== null) return [];
  const isMine = message.author.id === me.id;
  const isMember = room.me !== null;
  const mayModerate = me.is_staff || (room.me !== null && room.me.role !== "member");
  const all: [Command, boolean][] = [
    ["react", isMember],
    ["reply", isMember],
    ["whisper", isMember && !isMine],
    ["profile", !isMine],
    ["copy", true],
    ["link", true],
    ["edit", isMember && isMine],
    ["delete", isMine ? isMember : mayModerate && room.kind === "group"],
  ];
  return all.filter(([, may]) => may).map(([command]) => command);
}

/** Whether somebody may read what a message said before it was edited. */
export function maySeeEdits(message: Message, room: Room, me: Me): boolean {
  return message.author.id === me.id || me.is_staff || (room.me?.role ?? "member") !== "member";
}
