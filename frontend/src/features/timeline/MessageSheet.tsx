import { useState } from "react";
import { closePanel } from "../../app/talk";
import { t } from "../../i18n";
import type { Me, Message, Room } from "../../realtime/types";
import { Dialog } from "../../ui/dialog";
import { recentEmoji } from "../../ui/emoji/recent";
import { MenuList } from "../../ui/menu";
import { rowOf } from "./active-row";
import { MessageCommands } from "./MessageMenu";
import { toggleReaction } from "./run-command";

const QUICK = 6;

/** After a long press: the menu from the bottom edge, with the emoji used most on top. */
export function MessageSheet({ message, room, me }: { message: Message; room: Room; me: Me }) {
  const [quick] = useState(() => recentEmoji(QUICK));
  return (
    <Dialog bare title={t("message.actions")} onClose={closePanel}>
      {room.me && (
        <div className="flex justify-between gap-1 px-4 pt-4 pb-2">
          {quick.map((emoji) => (
            <button
              key={emoji}
              type="button"
              aria-label={t("message.react_with", { emoji })}
              onClick={() => {
                closePanel();
                toggleReaction(message, emoji, me.id);
              }}
              className="flex size-12 items-center justify-center rounded-full bg-hover font-emoji text-26"
            >
              <span aria-hidden="true">{emoji}</span>
            </button>
          ))}
        </div>
      )}
      <MenuList
        label={t("message.actions")}
        className="w-full px-2 pb-[max(0.75rem,env(safe-area-inset-bottom))]"
        onLeave={closePanel}
      >
        <MessageCommands
          message={message}
          room={room}
          me={me}
          anchor={rowOf(message) ?? document.body}
          hasKeys={false}
        />
      </MenuList>
    </Dialog>
  );
}
