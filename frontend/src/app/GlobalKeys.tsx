import { useLocation } from "wouter";
import { badgeOf } from "../features/rooms/use-room-row";
import { selectDirectRooms, selectGroupRooms } from "../realtime/selectors";
import { getState } from "../realtime/store";
import type { Room } from "../realtime/types";
import { roomPath } from "../ui/room-name";
import { focusNextRegion } from "./regions";
import { inOrder, useRoomOrder } from "./room-order";
import { useShortcut } from "./shortcuts";
import { openKeys, openSwitcher, useView } from "./view";

/** The keys that work everywhere. They say no while a dialog is open: it is modal for keys as well. */
export function GlobalKeys() {
  const [, navigate] = useLocation();

  const step = (direction: 1 | -1, unreadOnly: boolean) => {
    if (isModal()) return false;
    const room = neighbour(direction, unreadOnly);
    if (room) navigate(roomPath(room.id));
  };

  useShortcut({ code: "KeyK", mod: true, shift: false }, () =>
    isModal() ? false : openSwitcher(),
  );
  useShortcut({ code: "Slash", mod: true }, () => (isModal() ? false : openKeys()));
  useShortcut({ code: "ArrowUp", alt: true, shift: false }, () => step(-1, false));
  useShortcut({ code: "ArrowDown", alt: true, shift: false }, () => step(1, false));
  useShortcut({ code: "ArrowUp", alt: true, shift: true }, () => step(-1, true));
  useShortcut({ code: "ArrowDown", alt: true, shift: true }, () => step(1, true));
  useShortcut({ code: "F6", shift: false }, () => (isModal() ? false : focusNextRegion(1)));
  useShortcut({ code: "F6", shift: true }, () => (isModal() ? false : focusNextRegion(-1)));
  return null;
}

function isModal(): boolean {
  return document.querySelector("dialog[open]") !== null;
}

/** The next room of the sidebar, round at the ends; with `unreadOnly` the next one that shows that something is unread. */
function neighbour(direction: 1 | -1, unreadOnly: boolean): Room | undefined {
  const state = getState();
  const { isUnreadFirst } = useRoomOrder.getState();
  const groups = inOrder(selectGroupRooms(state), isUnreadFirst);
  const rooms = [...groups, ...selectDirectRooms(state)];
  const at = rooms.findIndex((room) => room.id === useView.getState().roomId);
  for (let distance = 1; distance <= rooms.length; distance += 1) {
    const start = at === -1 && direction === -1 ? 0 : at;
    const room = rooms[(start + direction * distance + rooms.length * 2) % rooms.length];
    if (room && (!unreadOnly || badgeOf(room))) return room;
  }
  return undefined;
}
