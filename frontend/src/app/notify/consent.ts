/**
 * Whether this browser may notify: the browser asks for permission once, and then never again when it
 * was refused, so it is only asked after somebody has said here that they want it.
 */
import { create } from "zustand";
import { useView } from "../view";

const STORED = "parlor.notify";

type Consent = {
  /** The browser's own word; `unsupported` where it has none. */
  permission: NotificationPermission | "unsupported";
  /** What was chosen on this device; null: nothing yet. */
  choice: "on" | "off" | null;
};

export const useConsent = create<Consent>(() => ({
  permission: permission(),
  choice: read(),
}));

export function isOn({ permission, choice }: Consent): boolean {
  return permission === "granted" && choice !== "off";
}

/** Shows the bar that asks, unless that was answered before. */
export function askOnce() {
  const { permission, choice } = useConsent.getState();
  if (permission === "default" && choice === null) useView.setState({ isAskingToNotify: true });
}

/** Asks the browser; only after a press, or it refuses by itself. */
export async function turnOn(): Promise<void> {
  choose("on");
  const granted = await Notification.requestPermission();
  useConsent.setState({ permission: granted });
}

export function turnOff() {
  choose("off");
}

function choose(choice: "on" | "off") {
  useConsent.setState({ choice });
  useView.setState({ isAskingToNotify: false });
  try {
    localStorage.setItem(STORED, choice);
  } catch {
    // Without storage the choice lasts as long as the page.
  }
}

function read(): Consent["choice"] {
  try {
    const stored = localStorage.getItem(STORED);
    return stored === "on" || stored === "off" ? stored : null;
  } catch {
    return null;
  }
}

function permission(): Consent["permission"] {
  return typeof Notification === "undefined" ? "unsupported" : Notification.permission;
}
