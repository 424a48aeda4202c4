import { t } from "../i18n";
import { toast } from "../ui/toast-store";

/** A tab that stays open for days asks this often whether there is a newer client. */
const ASK_EVERY_MS = 60 * 60_000;

/**
 * Says when a newer client has been installed behind this page, and offers to load it; answers the way to stop. Its
 * words are here before: those of this page's own build may be gone by then.
 */
export function watchUpdates(): () => void {
  const workers = navigator.serviceWorker;
  if (!workers) return () => {};
  const onChange = async () => {
    if (await isThisPage()) return;
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

/**
 * Whether the worker that has just taken over is of the build that this page is of: the first one, which this page
 * brought, and the one that comes after a page which was newer than the worker before it. A worker keeps no other page
 * than that of its own build, which names the script that it begins with by a hash of all the code.
 */
async function isThisPage(): Promise<boolean> {
  const page = await (await caches.match("/"))?.text();
  const entry = document.querySelector('script[type="module"]')?.getAttribute("src");
  return page === undefined || !entry || page.includes(`"${entry}"`);
}
