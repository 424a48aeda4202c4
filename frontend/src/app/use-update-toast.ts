import { useEffect } from "react";
import { t } from "../i18n";
import { toast } from "../ui/toast-store";

/** A tab that stays open for days asks this often whether there is a newer client. */
const ASK_EVERY_MS = 60 * 60_000;

/** Says when a newer client has been installed behind this page, and offers to load it. */
export function useUpdateToast() {
  useEffect(() => {
    const workers = navigator.serviceWorker;
    // Without a worker before it, the new one is the first: this very page brought it.
    if (!workers?.controller) return;
    const onChange = () => {
      const action = { label: t("app.reload"), run: () => location.reload() };
      toast(t("app.update_ready"), { action, sticky: true });
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
  }, []);
}
