import { useEffect } from "react";
import { t } from "../i18n";

let title = "";
let unread = 0;

/** Names the tab after the screen. */
export function useTitle(next: string) {
  useEffect(() => {
    title = next;
    write();
  }, [next]);
}

/** Puts "(3)" before the tab's name while something waits for the person. */
export function setUnreadInTitle(count: number) {
  unread = count;
  write();
}

function write() {
  const name = [title, t("app.name")].filter(Boolean).join(" · ");
  document.title = unread > 0 ? `(${unread}) ${name}` : name;
}
