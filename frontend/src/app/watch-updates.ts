import { loadTexts, t } from "../i18n";
import { toast } from "../ui/toast-store";

/** A tab that stays open for days asks this often whether there is a newer client. */
const ASK_EVERY_MS = 60 * 60_000;

/** Says when a newer client has been installed behind this page, and offers to load it; answers the way to stop. */
export function watchUpdates(): () => void {
  const workers = navigator.serviceWorker;
  if (!workers) return () => {};
  // Without a worker before it, the first one that takes over is no news: this very page brought it.
  let isFirst = !workers.controller;
  const onChange = async () => {
    if (isFirst) {
      isFirst = false;
      return;
    }
    await loadTexts("notify");
    const action = { label: t("app.reload"), run: () => location.reload() };
    toast(t("notify.update_ready"), { action, sticky: true });
  };
  const ask = () => {
    if (document.visibilityState !== "visible") return;
    // Without a network there is nothing newer to find.
    workers.ready.then((registration) => registration.update()).catch(() => undefined);
  };
  workers.addEventListener("controllerchange", onChange);
  const timer = setInterval(ask, ASK_EVERY_MS);
  return () => {
    workers.removeEventListener("controllerchange", onChange);
    clearInterval(timer);
  };
}
