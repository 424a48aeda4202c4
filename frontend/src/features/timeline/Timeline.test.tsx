import { act, fireEvent, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { forgetTalk, startEdit, useTalk } from "../../app/talk";
import { deletions } from "../../realtime/deletions";
import * as store from "../../realtime/store";
import {
  ANTON,
  AT,
  INES,
  me,
  message,
  ROOM,
  room,
  stateWith,
} from "../../realtime/testing/fixtures";
import { Toaster } from "../../ui/toast";
import { dismissToast, useToasts } from "../../ui/toast-store";
import { Timeline } from "./Timeline";

vi.mock(import("../../realtime/store"), async (original) => {
  const real = await original();
  return {
    ...real,
    react: vi.fn(async () => message(1)),
    editMessage: vi.fn(async () => message(1)),
    loadOlder: vi.fn(async () => undefined),
    setAtTail: vi.fn(),
    markRead: vi.fn(),
  };
});
vi.mock(import("../../realtime/deletions"), async (original) => {
  const { createDeletions, ...real } = await original();
  return { ...real, createDeletions, deletions: createDeletions(sent) };
});
const sent = vi.hoisted(() => vi.fn(async (_id: number) => undefined));

const MINE = message(1, { author: INES, body: "mine" });
const THEIRS = message(2, { author: ANTON, body: "theirs" });
const ANSWER = message(3, {
  author: ANTON,
  body: "an answer",
  reply_to: { id: MINE.id, seq: 1, author: INES, excerpt: "mine" },
});

beforeEach(() => {
  const state = stateWith([MINE, THEIRS, ANSWER]);
  store.store.setState({ ...state, online: { [ROOM]: [INES.id, ANTON.id] } }, true);
  vi.clearAllMocks();
});

afterEach(() => {
  for (const { id } of useToasts.getState().toasts) dismissToast(id);
  forgetTalk();
});

function open() {
  render(
    <>
      <Timeline room={room()} me={me()} />
      <Toaster />
    </>,
  );
  return { mine: row("mine"), theirs: row("theirs") };
}

function row(text: string): HTMLElement {
  const found = screen.getAllByRole("article").find((each) => each.textContent?.includes(text));
  if (!found) throw new Error(`no row with ${text}`);
  return found;
}

/** A key of a Russian layout: the letter is another one, the place is the same. */
function press(at: HTMLElement, code: string, key = "к") {
  act(() => at.focus());
  fireEvent.keyDown(at, { code, key });
}

it("shows the toolbar of the row under the pointer, and of no other", async () => {
  const { mine, theirs } = open();
  expect(screen.queryByRole("toolbar")).toBeNull();
  fireEvent.pointerOver(mine, { pointerType: "mouse" });
  expect(await screen.findByRole("button", { name: "Edit" })).toBeInTheDocument();
  fireEvent.pointerOver(theirs, { pointerType: "mouse" });
  expect(await screen.findByRole("button", { name: "Whisper" })).toBeInTheDocument();
  expect(screen.getAllByRole("toolbar")).toHaveLength(1);
  expect(screen.queryByRole("button", { name: "Edit" })).toBeNull();
});

it("draws a screen of a long room, and the row that is edited, however far up it is", async () => {
  const many = Array.from({ length: 200 }, (_, n) =>
    message(n + 1, { author: INES, body: `number ${n + 1}` }),
  );
  store.store.setState(stateWith(many));
  render(<Timeline room={room()} me={me()} />);
  const drawn = () => document.querySelectorAll("[data-seq]").length;
  expect(drawn()).toBe(30);
  expect(row("number 200")).toBeInTheDocument();
  act(() => startEdit(many[9]?.id ?? 0));
  expect(await screen.findByRole("textbox")).toHaveValue("number 10");
  expect(drawn()).toBe(200);
  // A flood takes the row from nobody who is writing in it.
  const flood = Array.from({ length: 90 }, (_, n) => message(n + 201, { author: ANTON }));
  act(() => store.store.setState(stateWith([...many, ...flood])));
  expect(screen.getByRole("textbox")).toHaveFocus();
  expect(drawn()).toBe(290);
});

it("asks for older messages again after a failure only when somebody wants it, or once it is over", async () => {
  const put = (direction: "before" | null) =>
    act(() =>
      store.store.setState(({ windows }) => {
        const held = windows[ROOM];
        if (!held) throw new Error("no window");
        const failed = direction && { code: "unavailable", detail: "", direction };
        return { windows: { ...windows, [ROOM]: { ...held, hasBefore: true, failed } } };
      }),
    );
  put(null);
  open();
  expect(store.loadOlder).toHaveBeenCalledTimes(1);
  put("before");
  fireEvent.scroll(screen.getByRole("log"));
  expect(store.loadOlder).toHaveBeenCalledTimes(1);
  const alert = screen.getByRole("alert");
  expect(alert.compareDocumentPosition(row("mine"))).toBe(Node.DOCUMENT_POSITION_FOLLOWING);
  await userEvent.click(screen.getByRole("button", { name: "Try again" }));
  expect(store.loadOlder).toHaveBeenCalledTimes(2);
  put(null);
  expect(store.loadOlder).toHaveBeenCalledTimes(3);
});

it("does not show it for a finger", () => {
  const { mine } = open();
  fireEvent.pointerOver(mine, { pointerType: "touch" });
  expect(screen.queryByRole("toolbar")).toBeNull();
});

it("reacts with one press, and takes it back with another", async () => {
  const { theirs } = open();
  fireEvent.pointerOver(theirs, { pointerType: "mouse" });
  await userEvent.click(await screen.findByRole("button", { name: "React with 👍" }));
  expect(store.react).toHaveBeenCalledExactlyOnceWith(THEIRS.id, "👍", true);
});

it("takes one's own reaction back by its pill", async () => {
  const reactions = [{ emoji: "🎉", count: 1, user_ids: [INES.id] }];
  store.store.setState(stateWith([MINE, { ...THEIRS, reactions }]));
  open();
  const pill = screen.getByRole("button", { name: /^🎉 1/ });
  expect(pill).toHaveAttribute("aria-pressed", "true");
  await userEvent.click(pill);
  expect(store.react).toHaveBeenCalledExactlyOnceWith(THEIRS.id, "🎉", false);
});

it("opens the menu on Enter and gives the focus back on Escape", async () => {
  const { mine } = open();
  press(mine, "Enter", "Enter");
  expect(await screen.findByRole("menu", { name: "Message actions" })).toBeInTheDocument();
  expect(screen.getByRole("menuitem", { name: /Delete/ })).toBeInTheDocument();
  fireEvent.keyDown(document.body, { key: "Escape" });
  await waitFor(() => expect(screen.queryByRole("menu")).toBeNull());
  expect(mine).toHaveFocus();
});

it("goes on by the arrows from the row that was left", () => {
  const { mine, theirs } = open();
  const log = screen.getByRole("log");
  const up = () => fireEvent.keyDown(document.activeElement ?? log, { key: "ArrowUp" });
  act(() => theirs.focus());
  up();
  expect(mine).toHaveFocus();
  act(() => log.focus());
  up();
  expect(mine).toHaveFocus();
});

it("edits on E, only what is one's own", async () => {
  const { mine, theirs } = open();
  press(theirs, "KeyE");
  expect(useTalk.getState().editing).toBeNull();
  press(mine, "KeyE");
  const box = await screen.findByRole("textbox", { name: "Edit the message" });
  expect(box).toHaveValue("mine");
  expect(box).toHaveFocus();
  await userEvent.type(box, " too{Enter}");
  expect(store.editMessage).toHaveBeenCalledExactlyOnceWith(MINE.id, "mine too", MINE.rev);
  await waitFor(() => expect(useTalk.getState().editing).toBeNull());
});

it("leaves letters to the box of an edit", async () => {
  const { mine } = open();
  press(mine, "KeyE");
  const box = await screen.findByRole("textbox", { name: "Edit the message" });
  fireEvent.keyDown(box, { code: "Delete", key: "Delete" });
  expect(deletions.has(MINE.id)).toBe(false);
});

it("whispers on W to who is here, and says so of who is not", async () => {
  const { theirs } = open();
  press(theirs, "KeyW");
  await waitFor(() => expect(useTalk.getState().whispers[ROOM]).toBe(ANTON.id));
  forgetTalk();
  store.store.setState({ online: { [ROOM]: [INES.id] } });
  press(theirs, "KeyW");
  expect(await screen.findByText(/Anton is not online/)).toBeInTheDocument();
  expect(useTalk.getState().whispers[ROOM]).toBeUndefined();
});

it("copies the text on C and the link on L", async () => {
  const writeText = vi.fn(async () => undefined);
  vi.spyOn(navigator, "clipboard", "get").mockReturnValue({ writeText } as unknown as Clipboard);
  const { theirs } = open();
  press(theirs, "KeyC");
  await waitFor(() => expect(writeText).toHaveBeenCalledWith("theirs"));
  press(theirs, "KeyL");
  await waitFor(() =>
    expect(writeText).toHaveBeenCalledWith(`${location.origin}/chat/room/${ROOM}/?at=2`),
  );
});

it("deletes on Del only after there was time to undo it", async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  const { mine } = open();
  press(mine, "Delete", "Delete");
  expect(await screen.findByText("Message deleted")).toBeInTheDocument();
  expect(mine).toHaveTextContent("This message was deleted");
  expect(sent).not.toHaveBeenCalled();
  await act(() => vi.advanceTimersByTimeAsync(5_000));
  expect(sent).toHaveBeenCalledExactlyOnceWith(MINE.id);
  vi.useRealTimers();
});

it("brings a deleted message back by Undo, and the server never hears of it", async () => {
  const { mine } = open();
  press(mine, "Delete", "Delete");
  await userEvent.click(await screen.findByRole("button", { name: "Undo" }));
  expect(mine).toHaveTextContent("mine");
  expect(useToasts.getState().toasts).toEqual([]);
  expect(sent).not.toHaveBeenCalled();
});

it("takes a key that is held for one deletion, and does nothing else with what is being deleted", async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  const { mine } = open();
  for (const _ of [1, 2, 3]) press(mine, "Delete", "Delete");
  await screen.findByText("Message deleted");
  press(mine, "KeyE");
  press(mine, "Enter", "Enter");
  fireEvent.pointerDown(mine, { pointerType: "touch", isPrimary: true, clientX: 50, clientY: 50 });
  await act(() => vi.advanceTimersByTimeAsync(600));
  expect(useToasts.getState().toasts).toHaveLength(1);
  expect(useTalk.getState()).toMatchObject({ editing: null, panel: null });
  expect(sent).not.toHaveBeenCalled();
  vi.useRealTimers();
});

it("sends a deletion at once when the page is hidden or the room is left", async () => {
  const { mine } = open();
  press(mine, "Delete", "Delete");
  await screen.findByText("Message deleted");
  act(() => void window.dispatchEvent(new Event("pagehide")));
  await waitFor(() => expect(sent).toHaveBeenCalledExactlyOnceWith(MINE.id));
  await waitFor(() => expect(screen.queryByText("Message deleted")).toBeNull());
});

it("opens a sheet after a long press of a finger that does not move", async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  const { theirs } = open();
  const touch = { pointerType: "touch", isPrimary: true, clientX: 50, clientY: 50 };
  fireEvent.pointerDown(theirs, touch);
  fireEvent.pointerMove(theirs, { ...touch, clientY: 90 });
  await act(() => vi.advanceTimersByTimeAsync(600));
  expect(useTalk.getState().panel).toBeNull();
  fireEvent.pointerDown(theirs, touch);
  await act(() => vi.advanceTimersByTimeAsync(600));
  expect(useTalk.getState().panel).toMatchObject({ kind: "sheet", messageId: THEIRS.id });
  vi.useRealTimers();
});

it("shows an empty beginning under what answers a deleted message", () => {
  store.store.setState(stateWith([MINE, THEIRS, ANSWER]));
  open();
  expect(row("an answer")).toHaveTextContent("mine");
  const gone = { ...MINE, rev: 4, body: null, deleted_at: AT };
  act(() => {
    store.store.setState(
      stateWith([gone, THEIRS, { ...ANSWER, reply_to: { ...answered(), excerpt: "" } }]),
    );
  });
  expect(row("an answer")).toHaveTextContent("This message was deleted");
});

function answered() {
  if (!ANSWER.reply_to) throw new Error("it answers something");
  return ANSWER.reply_to;
}

it("hides what somebody blocked says behind a line, and shows it when asked", async () => {
  open();
  act(() => store.store.setState({ blocked: { [ANTON.id]: true } }));
  const shows = await screen.findAllByRole("button", { name: "Show" });
  expect(shows).toHaveLength(2);
  expect(screen.queryByText("theirs")).toBeNull();
  expect(screen.getByText("mine")).toBeInTheDocument();
  await userEvent.click(shows[0] as HTMLElement);
  expect(screen.getByText("theirs")).toBeInTheDocument();
  expect(screen.queryByText("an answer")).toBeNull();
  await userEvent.click(screen.getByRole("button", { name: "Hide" }));
  expect(screen.queryByText("theirs")).toBeNull();
  act(() => store.store.setState({ blocked: {} }));
  expect(screen.getByText("theirs")).toBeInTheDocument();
  expect(screen.getByText("an answer")).toBeInTheDocument();
});
