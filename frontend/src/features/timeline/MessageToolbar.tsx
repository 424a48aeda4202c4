import { Ellipsis, EyeOff, Pencil, Reply, SmilePlus } from "lucide-react";
import { type ReactNode, useMemo, useState } from "react";
import { useTalk } from "../../app/talk";
import { t } from "../../i18n";
import { selectRoom } from "../../realtime/selectors";
import { useStore } from "../../realtime/store";
import type { Me, Message } from "../../realtime/types";
import { recentEmoji } from "../../ui/emoji/recent";
import { IconButton } from "../../ui/icon-button";
import { type Command, commandsFor, KEY_NAMES } from "./commands";
import { runCommand, toggleReaction } from "./run-command";

const QUICK = 3;
const ICONS: [Command, ReactNode][] = [
  ["react", <SmilePlus key="react" className="size-4.5" />],
  ["reply", <Reply key="reply" className="size-4.5" />],
  ["whisper", <EyeOff key="whisper" className="size-4.5" />],
  ["edit", <Pencil key="edit" className="size-4.5" />],
  ["menu", <Ellipsis key="menu" className="size-4.5" />],
];

type MessageToolbarProps = { message: Message; me: Me };

/**
 * Over the upper right edge of the row that is pointed at: the emoji used most, and what is done most. Fingers have
 * the sheet of a long press for it, a mouse has nothing else, however narrow its window.
 */
export default function MessageToolbar({ message, me }: MessageToolbarProps) {
  const room = useStore(useMemo(() => selectRoom(message.room_id), [message.room_id]));
  const [quick] = useState(() => recentEmoji(QUICK));
  const open = useTalk(({ panel }) => (panel?.messageId === message.id ? panel.kind : null));
  if (!room) return null;
  const commands = new Set<Command>([...commandsFor(message, room, me), "menu"]);
  return (
    <div
      role="toolbar"
      aria-label={t("message.actions")}
      className="absolute end-4 -top-4 z-10 flex gap-0.5 rounded-input bg-raised p-0.5 shadow-bar [@media(pointer:coarse)]:hidden"
    >
      {commands.has("react") &&
        quick.map((emoji) => (
          <button
            key={emoji}
            type="button"
            aria-label={t("message.react_with", { emoji })}
            onClick={() => toggleReaction(message, emoji, me.id)}
            className="tap flex size-7.5 items-center justify-center rounded-control font-emoji text-16 hover:bg-hover"
          >
            <span aria-hidden="true">{emoji}</span>
          </button>
        ))}
      {ICONS.filter(([command]) => commands.has(command)).map(([command, icon]) => (
        <IconButton
          key={command}
          className="size-7.5!"
          label={t(`message.${command}`)}
          {...(KEY_NAMES[command] && { keys: KEY_NAMES[command] })}
          {...(PANELS[command] && {
            "aria-haspopup": command === "menu" ? "menu" : "dialog",
            "aria-expanded": open === PANELS[command],
          })}
          icon={icon}
          onClick={(event) => runCommand(command, message, event.currentTarget)}
        />
      ))}
    </div>
  );
}

const PANELS: Partial<Record<Command, string>> = { menu: "menu", react: "emoji" };
