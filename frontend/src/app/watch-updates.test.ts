import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { useToasts } from "../ui/toast-store";
import { watchUpdates } from "./watch-updates";

const workers = Object.assign(new EventTarget(), { ready: new Promise<never>(() => {}) });
const page = (entry: string) => `<script type="module" crossorigin src="${entry}"></script>`;
let stop = () => {};

beforeEach(() => {
  vi.stubGlobal("navigator", { serviceWorker: workers });
  const entry = document.createElement("script");
  entry.setAttribute("src", "/assets/app-1.js");
  vi.spyOn(document, "querySelector").mockReturnValue(entry);
  useToasts.setState({ toasts: [] });
  stop = watchUpdates();
});

afterEach(() => stop());

/** A worker takes over that keeps this page. */
async function takenOverBy(kept: string | null) {
  const answer = Promise.resolve(kept === null ? undefined : new Response(kept));
  vi.stubGlobal("caches", { match: vi.fn(() => answer) });
  workers.dispatchEvent(new Event("controllerchange"));
  await new Promise((resolve) => setTimeout(resolve));
  return useToasts.getState().toasts.map(({ text }) => text);
}

it("tells of a worker whose page is another one", async () => {
  expect(await takenOverBy(page("/assets/app-2.js"))).toEqual(["A new version is ready."]);
});

it("says nothing where this page is the newer one already", async () => {
  expect(await takenOverBy(page("/assets/app-1.js"))).toEqual([]);
  expect(await takenOverBy(null)).toEqual([]);
});
