import { create } from "zustand";

/** What is open on the screen, apart from what the address says. */
type View = {
  /** The room that is being looked at, however its address is written. */
  roomId: number | null;
  dialog: "switcher" | "create_room" | "invite" | "keys" | null;
  /** The name that the create dialog begins with. */
  newRoomName: string;
  /** The room that the invite dialog adds people to. */
  inviteTo: number | null;
  /** A message came that one could have been notified of: the bar asks whether one wants that. */
  isAskingToNotify: boolean;
};

export const useView = create<View>(() => ({
  roomId: null,
  dialog: null,
  newRoomName: "",
  inviteTo: null,
  isAskingToNotify: false,
}));

export function openSwitcher() {
  useView.setState({ dialog: "switcher" });
}

export function openKeys() {
  useView.setState({ dialog: "keys" });
}

export function openCreateRoom(name = "") {
  useView.setState({ dialog: "create_room", newRoomName: name });
}

export function openInvite(roomId: number) {
  useView.setState({ dialog: "invite", inviteTo: roomId });
}

export function closeDialog() {
  useView.setState({ dialog: null });
}

/** Puts the focus where one writes; false when no room is open or one may not write in it. */
export function focusComposer(): boolean {
  const field = document.querySelector<HTMLTextAreaElement>("[data-composer]");
  field?.focus();
  return field !== null;
}
