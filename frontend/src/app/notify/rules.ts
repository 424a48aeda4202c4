/** Of what somebody is notified. Pure. */
import { mentions } from "../../lib/text";
import type { Me, Message, Room } from "../../realtime/types";

/** Whether a message is worth a notification: as its room is set, and in a direct room everything is for oneself. */
export function isWorth(message: Message, room: Room | undefined, me: Me): boolean {
  if (!room?.me || message.kind !== "text" || message.body === null) return false;
  if (message.author.id === me.id || me.presence === "busy") return false;
  switch (room.me.notify) {
    case "none":
      return false;
    case "all":
      return true;
    default:
      return room.kind === "direct" || mentions(message.body, me.username);
  }
}
