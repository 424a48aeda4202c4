import { create } from "zustand";
import type { Room } from "../realtime/types";

const STORED = "parlor.unread_first";

/** Whether rooms with something unread stand before the others: a choice of this device. */
export const useRoomOrder = create<{ isUnreadFirst: boolean }>(() => ({ isUnreadFirst: stored() }));

export function setUnreadFirst(isUnreadFirst: boolean) {
  useRoomOrder.setState({ isUnreadFirst });
  try {
    localStorage.setItem(STORED, String(isUnreadFirst));
  } catch {
    // Without storage the choice lasts as long as the page.
  }
}

/** Rooms, given by name, as the list shows them. */
export function inOrder(rooms: readonly Room[], isUnreadFirst: boolean): readonly Room[] {
  if (!isUnreadFirst) return rooms;
  return [...rooms].sort((a, b) => Number(isUnread(b)) - Number(isUnread(a)));
}

function isUnread({ me }: Room): boolean {
  return me !== null && me.unread > 0 && me.notify !== "none";
}

function stored(): boolean {
  try {
    return localStorage.getItem(STORED) === "true";
  } catch {
    return false;
  }
}
