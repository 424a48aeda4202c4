import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { useToasts } from "../ui/toast-store";
import { closeDialog, openSwitcher } from "./view";
import { watchSwitcher } from "./watch-switcher";

let stop = () => {};

beforeEach(() => {
  localStorage.clear();
  useToasts.setState({ toasts: [] });
  document.body.innerHTML =
    '<nav data-region="sidebar"><a href="/chat/room/1/">one</a></nav><a href="/chat/room/2/">two</a>';
  // Nothing is loaded by following a link here.
  for (const link of document.links) link.onclick = (event) => event.preventDefault();
  stop = watchSwitcher();
});

afterEach(() => {
  stop();
  closeDialog();
});

/** Follows a link; `detail` counts the presses of a button, so that a key has none. */
function follow(name: string, detail = 1) {
  const link = [...document.links].find(({ textContent }) => textContent === name);
  link?.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, detail }));
}

const told = () => useToasts.getState().toasts.map(({ text }) => text);

it("tells of the key after the third room that was chosen by the pointer, and never again", async () => {
  follow("one");
  follow("one");
  follow("two");
  follow("one", 0);
  expect(localStorage.length).toBe(0);
  follow("one");
  await vi.waitFor(() => expect(told()).toEqual([expect.stringContaining("Ctrl+K")]));

  useToasts.setState({ toasts: [] });
  stop();
  stop = watchSwitcher();
  for (let n = 1; n <= 5; n += 1) follow("one");
  await import("./tell-switcher");
  expect(told()).toEqual([]);
});

it("goes away when the switcher is opened, and says nothing to whoever knows it", async () => {
  for (let n = 1; n <= 3; n += 1) follow("one");
  await vi.waitFor(() => expect(told()).toHaveLength(1));
  openSwitcher();
  expect(told()).toEqual([]);

  localStorage.clear();
  closeDialog();
  stop();
  stop = watchSwitcher();
  openSwitcher();
  for (let n = 1; n <= 5; n += 1) follow("one");
  await import("./tell-switcher");
  expect(told()).toEqual([]);
});
