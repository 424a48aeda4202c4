/** What the server is called. It is kept on this device, so that it stands there with the first paint. */
import { useSyncExternalStore } from "react";
import type { Server } from "../api/types";

const STORED = "parlor.server";
const listeners = new Set<() => void>();
let name = "Parlor";
try {
  name = localStorage.getItem(STORED) ?? name;
} catch {
  // Without storage it is told soon enough.
}

export const serverName = () => name;

/** Calls `listener` after each change; answers the way to stop. */
export const onServerName = (listener: () => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

export const useServerName = () => useSyncExternalStore(onServerName, serverName);

export function setServerName(next: string): void {
  name = next;
  for (const listener of listeners) listener();
  try {
    localStorage.setItem(STORED, next);
  } catch {
    // As above.
  }
}

/** The server as everybody may know it; its name is taken over on the way. */
export async function loadServer(): Promise<Server> {
  const response = await fetch("/api/server");
  if (!response.ok) throw new Error(String(response.status));
  const server = (await response.json()) as Server;
  setServerName(server.name);
  return server;
}
