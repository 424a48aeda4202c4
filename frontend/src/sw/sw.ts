/**
 * The service worker: the shell starts without a network, and nothing else.
 *
 * - On install every file of this build is fetched into a cache that is named after the build;
 *   on activation the caches of older builds go.
 * - `/assets/*` is answered from the cache first: the names are hashes, so a hit is never stale.
 * - A navigation asks the network first; without one it gets the cached `index.html`.
 * - `/api`, `/gateway`, `/media` and other origins are never touched: answers of the server, and
 *   people's words with them, are not kept here.
 *
 * The build replaces `__PARLOR_PRECACHE__` by its name and the list of its files.
 */

declare const self: ServiceWorkerGlobalScope;
declare const __PARLOR_PRECACHE__: { build: string; files: string[] };

const { build, files } = __PARLOR_PRECACHE__;
const PREFIX = "parlor-shell-";
const CACHE = `${PREFIX}${build}`;
const SHELL = "/";
const SERVED_BY_SERVER = /^\/(api|gateway|media|healthz|readyz)(\/|$)/;

self.addEventListener("install", (event) => {
  event.waitUntil(install());
});

self.addEventListener("activate", (event) => {
  event.waitUntil(activate());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (SERVED_BY_SERVER.test(url.pathname)) return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (url.pathname.startsWith("/assets/")) event.respondWith(asset(request));
  else event.respondWith(other(request));
});

// Where pages may not notify by themselves the worker does (`src/app/notify`), and leads to the room.
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(String(event.notification.data?.path ?? SHELL)));
});

async function open(path: string): Promise<void> {
  const [page] = await self.clients.matchAll({ type: "window" });
  if (!page) await self.clients.openWindow(path);
  else await (await page.focus()).navigate(path);
}

async function install(): Promise<void> {
  const cache = await caches.open(CACHE);
  // The page must be that of this build; assets may well come from the browser's own cache.
  await cache.add(new Request(SHELL, { cache: "reload" }));
  await cache.addAll(files);
  await self.skipWaiting();
}

async function activate(): Promise<void> {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.clients.claim();
}

async function page(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    const shell = await caches.match(SHELL);
    if (shell) return shell;
    throw error;
  }
}

async function asset(request: Request): Promise<Response> {
  const held = await caches.match(request);
  if (held) return held;
  const response = await fetch(request);
  if (response.ok) {
    const cache = await caches.open(CACHE);
    await cache.put(request, response.clone());
  }
  return response;
}

/** Icons, the manifest and the like: the network first, what was seen last without one. */
async function other(request: Request): Promise<Response> {
  try {
    const response = await fetch(request);
    if (response.ok && response.type === "basic") {
      const cache = await caches.open(CACHE);
      await cache.put(request, response.clone());
    }
    return response;
  } catch (error) {
    const held = await caches.match(request);
    if (held) return held;
    throw error;
  }
}

export {};
