import { useEffect } from "react";
import { onServerName, serverName } from "../lib/server-name";

let title = "";
let unread = 0;

onServerName(write);

/** Names the tab after the screen. */
export function useTitle(next: string) {
  useEffect(() => {
    title = next;
    write();
  }, [next]);
}

/** Puts "(3)" before the tab's name and a dot on its icon while something waits for the person. */
export function setUnreadInTitle(count: number) {
  unread = count;
  write();
  const icon = document.querySelector('link[rel="icon"]');
  icon?.setAttribute("href", count > 0 ? "/icon-unread.svg" : "/icon.svg");
  // On the icon of an installed client, where there is one.
  navigator.setAppBadge?.(count).catch(() => undefined);
}

function write() {
  const name = [title, serverName()].filter(Boolean).join(" · ");
  document.title = unread > 0 ? `(${unread}) ${name}` : name;
}
