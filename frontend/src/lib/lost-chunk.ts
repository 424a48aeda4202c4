/**
 * After a new version was put on the server, an open page may ask for a chunk that is gone.
 * It is then loaded anew, once: a chunk that is missing for another reason must not make a loop.
 */
const RELOADED_AT = "parlor.reloaded_at";
const AGAIN_AFTER_MS = 30_000;

export function reloadOnLostChunk(
  target: EventTarget = window,
  reload: () => void = () => location.reload(),
  now: () => number = Date.now,
): void {
  target.addEventListener("vite:preloadError", (event) => {
    if (!mayReload(now())) return;
    // Handled: the error would otherwise reach the error page just before the reload.
    event.preventDefault();
    reload();
  });
}

function mayReload(now: number): boolean {
  try {
    const last = Number(sessionStorage.getItem(RELOADED_AT) ?? 0);
    if (now - last < AGAIN_AFTER_MS) return false;
    sessionStorage.setItem(RELOADED_AT, String(now));
    return true;
  } catch {
    // Without a memory a loop could not be noticed.
    return false;
  }
}
