/** Registers the service worker. */

interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL(url: string): string },
  ): { createScriptURL(url: string): string };
}

const WORKER = "/sw.js";

export function registerServiceWorker(): void {
  if (!("serviceWorker" in navigator)) return;
  navigator.serviceWorker.register(trusted(WORKER)).catch((error: unknown) => {
    // The page works without it; only starting without a network does not.
    console.warn("no service worker:", error);
  });
}

/**
 * Under `require-trusted-types-for 'script'` the address of a worker must come from a policy.
 * `parlor-sw` is the only one that the CSP allows, and it lets exactly this address pass.
 */
function trusted(url: string): string {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
  if (!trustedTypes) return url;
  const policy = trustedTypes.createPolicy("parlor-sw", {
    createScriptURL(asked) {
      if (asked !== WORKER) throw new TypeError(`not the service worker: ${asked}`);
      return asked;
    },
  });
  return policy.createScriptURL(url);
}
