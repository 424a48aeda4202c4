import {
  Copy,
  EyeOff,
  History,
  IdCard,
  Link2,
  Pencil,
  Reply,
  SmilePlus,
  Trash2,
} from "lucide-react";
import { Fragment, type ReactNode, type RefObject } from "react";
import { closePanel, openPanel } from "../../app/talk";
import { t } from "../../i18n";
import type { Me, Message, Room } from "../../realtime/types";
import { MenuList } from "../../ui/menu";
import { MenuItem, MenuLine } from "../../ui/menu-item";
import { Popover } from "../../ui/popover";
import { focusRow, rowOf } from "./active-row";
import { type Command, commandsFor, KEY_NAMES, maySeeEdits } from "./commands";
import { runCommand } from "./run-command";

const COMMAND_ICONS: Record<Exclude<Command, "menu">, ReactNode> = {
  react: <SmilePlus />,
  reply: <Reply />,
  whisper: <EyeOff />,
  profile: <IdCard />,
  edit: <Pencil />,
  delete: <Trash2 />,
  copy: <Copy />,
  link: <Link2 />,
};

const SHEET_GONE_MS = 50;

type MessageCommandsProps = {
  message: Message;
  room: Room;
  me: Me;
  /** Where panels that a command opens hang. */
  anchor: HTMLElement;
  /** Shows the keys: there are none where a sheet is. */
  hasKeys: boolean;
};

/** The items of the menu and of the sheet: the same, deleting last and in danger. */
export function MessageCommands({ message, room, me, anchor, hasKeys }: MessageCommandsProps) {
  const run = (command: Command) => {
    closePanel();
    focusRow(rowOf(message));
    if (hasKeys) runCommand(command, message, anchor);
    // A sheet gives the focus back when it goes; what the command focuses must come after that.
    else setTimeout(() => runCommand(command, message, anchor), SHEET_GONE_MS);
  };
  const commands = commandsFor(message, room, me);
  return (
    <>
      {commands.map((command) => {
        if (command === "menu") return null;
        const keys = hasKeys ? KEY_NAMES[command] : undefined;
        return (
          <Fragment key={command}>
            {command === "delete" && message.edited_at && maySeeEdits(message, room, me) && (
              <MenuItem
                icon={<History />}
                onSelect={() => openPanel({ kind: "history", messageId: message.id, anchor })}
              >
                {t("message.history")}
              </MenuItem>
            )}
            {command === "delete" && <MenuLine />}
            <MenuItem
              danger={command === "delete"}
              icon={COMMAND_ICONS[command]}
              {...(keys && { keys })}
              onSelect={() => run(command)}
            >
              {t(`message.${command}`)}
            </MenuItem>
          </Fragment>
        );
      })}
    </>
  );
}

type MessageMenuProps = {
  message: Message;
  room: Room;
  me: Me;
  anchor: RefObject<HTMLElement>;
};

export function MessageMenu({ message, room, me, anchor }: MessageMenuProps) {
  return (
    <Popover anchor={anchor} placement="bottom-end" onClose={closePanel}>
      <MenuList label={t("message.actions")} onLeave={closePanel}>
        <MessageCommands message={message} room={room} me={me} anchor={anchor.current} hasKeys />
      </MenuList>
    </Popover>
  );
}
