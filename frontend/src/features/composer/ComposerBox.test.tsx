import { act, fireEvent, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError } from "../../api/error";
import { forgetTalk, startEdit, startReply, startWhisper, useTalk } from "../../app/talk";
import { forgetWhisperTexts } from "../../app/whisper-texts";
import { saveDrafts, setDraft } from "../../realtime/drafts";
import { initialState } from "../../realtime/initial";
import * as store from "../../realtime/store";
import { ANTON, author, INES, me, message, room, stateWith } from "../../realtime/testing/fixtures";
import { ComposerBox } from "./ComposerBox";

vi.mock(import("../../realtime/store"), async (original) => ({
  ...(await original()),
  send: vi.fn(() => "n1"),
  startTyping: vi.fn(),
  stopTyping: vi.fn(),
  whisper: vi.fn(async () => undefined),
}));

const ROOM = room({ name: "gateway" });
const ME = me();
const LENA = author(3, "lena");

beforeEach(() => {
  setDraft(ME.id, ROOM.id, "");
  saveDrafts();
  vi.clearAllMocks();
});

function open() {
  render(<ComposerBox room={ROOM} me={ME} />);
  return screen.getByRole<HTMLTextAreaElement>("textbox", { name: "Message to #gateway" });
}

it("has the focus and sends on Enter", async () => {
  const box = open();
  expect(box).toHaveFocus();
  await userEvent.type(box, "Hello{Enter}");
  expect(store.send).toHaveBeenCalledExactlyOnceWith(ROOM.id, "Hello", null, []);
  expect(box).toHaveValue("");
});

it("makes a line on Shift+Enter", async () => {
  const box = open();
  await userEvent.type(box, "one{Shift>}{Enter}{/Shift}two");
  expect(store.send).not.toHaveBeenCalled();
  expect(box).toHaveValue("one\ntwo");
});

it("does not send a half-typed word of an input method", async () => {
  const box = open();
  await userEvent.type(box, "にほ");
  fireEvent.keyDown(box, { key: "Enter", isComposing: true });
  fireEvent.keyDown(box, { key: "Enter", keyCode: 229 });
  expect(store.send).not.toHaveBeenCalled();
});

it("sends nothing that is only white space", async () => {
  const box = open();
  await userEvent.type(box, "   {Enter}");
  expect(store.send).not.toHaveBeenCalled();
  expect(screen.getByRole("button", { name: "Send" })).toHaveAttribute("aria-disabled", "true");
});

it("says that one types, and stops when the text is gone", async () => {
  const box = open();
  await userEvent.type(box, "a");
  expect(store.startTyping).toHaveBeenCalledWith(ROOM.id);
  await userEvent.clear(box);
  expect(store.stopTyping).toHaveBeenCalledWith(ROOM.id);
});

it("brings back what was being written", async () => {
  setDraft(ME.id, ROOM.id, "half a thought");
  expect(open()).toHaveValue("half a thought");
});

it("takes a text that is put back into the draft", async () => {
  const box = open();
  setDraft(ME.id, ROOM.id, "from a failed message");
  expect(await screen.findByDisplayValue("from a failed message")).toBe(box);
});

it("counts by code points near the limit and refuses beyond", () => {
  const box = open();
  fireEvent.change(box, { target: { value: "😀".repeat(15_990) } });
  expect(screen.getByText("10")).toBeInTheDocument();
  fireEvent.change(box, { target: { value: "😀".repeat(16_001) } });
  expect(screen.getByText("-1")).toBeInTheDocument();
  fireEvent.keyDown(box, { key: "Enter" });
  expect(store.send).not.toHaveBeenCalled();
  expect(box).toBeInvalid();
});

describe("whispering", () => {
  const HERE = { ...initialState(), people: { 2: ANTON, 3: LENA }, online: { [ROOM.id]: [2] } };
  const drafts = () =>
    Object.entries(localStorage)
      .map(([, value]) => String(value))
      .join();

  beforeEach(() => {
    forgetTalk();
    forgetWhisperTexts();
    store.store.setState({ ...HERE, session: { status: "signed_in", me: ME } }, true);
  });

  it("goes over from `/w name ` and sends only to that person", async () => {
    await userEvent.type(open(), "/w anton not for all");
    const box = screen.getByRole("textbox", { name: "Whisper to Anton" });
    expect(box).toHaveValue("not for all");
    await userEvent.type(box, "{Enter}");
    await waitFor(() =>
      expect(store.whisper).toHaveBeenCalledExactlyOnceWith(ROOM.id, ANTON.id, "not for all"),
    );
    expect(store.send).not.toHaveBeenCalled();
    await waitFor(() => expect(box).toHaveValue(""));
    // The next line is a whisper too, until Escape: the other way round it would be read by all.
    expect(useTalk.getState().whispers[ROOM.id]).toBe(ANTON.id);
  });

  it("writes no letter of it down, and says nothing of typing", async () => {
    await userEvent.type(open(), "/pm anton quite secret");
    saveDrafts();
    expect(drafts()).not.toContain("secret");
    expect(drafts()).not.toContain("anton");
    expect(store.startTyping).not.toHaveBeenCalled();
  });

  it("keeps the text and says why when the other one is not online", async () => {
    vi.mocked(store.whisper).mockRejectedValueOnce(new ApiError(404, "not_online", ""));
    await userEvent.type(open(), "/w lena psst{Enter}");
    const box = screen.getByRole("textbox", { name: "Whisper to Lena" });
    expect(await screen.findByRole("alert")).toHaveTextContent("Lena is not online");
    expect(box).toHaveValue("psst");
    expect(store.send).not.toHaveBeenCalled();
  });

  it("keeps the text without a connection", async () => {
    vi.mocked(store.whisper).mockRejectedValueOnce(new ApiError(0, "network", ""));
    await userEvent.type(open(), "/w anton psst{Enter}");
    expect(await screen.findByRole("alert")).toHaveTextContent("There is no connection");
    expect(screen.getByRole("textbox")).toHaveValue("psst");
  });

  it("never sends a command without a name to the room", async () => {
    await userEvent.type(open(), "/w{Enter}");
    expect(await screen.findByRole("alert")).toHaveTextContent("Write /w");
    expect(store.send).not.toHaveBeenCalled();
  });

  it("is left by Escape; the room's own draft is where it was", async () => {
    const box = open();
    await userEvent.type(box, "for all");
    act(() => startWhisper(ROOM.id, ANTON.id));
    expect(box).toHaveValue("");
    await userEvent.type(box, "for one{Escape}");
    expect(box).toHaveValue("for all");
    act(() => startWhisper(ROOM.id, ANTON.id));
    expect(box).toHaveValue("for one");
  });

  it("takes at most as much as a whisper may have", () => {
    const box = open();
    act(() => startWhisper(ROOM.id, ANTON.id));
    fireEvent.change(box, { target: { value: "x".repeat(2_001) } });
    expect(box).toBeInvalid();
  });
});

describe("the list over the composer", () => {
  beforeEach(() => {
    forgetTalk();
    const people = { 2: ANTON, 3: LENA };
    store.store.setState({ ...initialState(), people, online: { [ROOM.id]: [2, 3] } }, true);
  });

  it("completes a mention by Tab", async () => {
    const box = open();
    await userEvent.type(box, "Hi @le");
    const option = await screen.findByRole("option", { name: /Lena/ });
    expect(box).toHaveAttribute("aria-activedescendant", option.id);
    await userEvent.keyboard("{Tab}");
    expect(box).toHaveValue("Hi @lena ");
    expect(box).toHaveFocus();
  });

  it("lets one type on at once behind what it put in", async () => {
    const box = open();
    await userEvent.type(box, "@le and so on{Home}");
    box.setSelectionRange(3, 3);
    fireEvent.keyUp(box, { key: "ArrowLeft" });
    await screen.findByRole("option");
    await userEvent.keyboard("{Tab}hi");
    expect(box).toHaveValue("@lena hi and so on");
  });

  it("chooses by the arrows and Enter, which does not send then", async () => {
    const box = open();
    await userEvent.type(box, "@");
    expect(await screen.findAllByRole("option")).toHaveLength(2);
    await userEvent.keyboard("{ArrowDown}{Enter}");
    expect(box).toHaveValue("@lena ");
    expect(store.send).not.toHaveBeenCalled();
  });

  it("leaves Enter to an input method, and goes away on Escape", async () => {
    const box = open();
    await userEvent.type(box, "@an");
    await screen.findByRole("option");
    fireEvent.keyDown(box, { key: "Enter", isComposing: true });
    fireEvent.keyDown(box, { key: "Enter", keyCode: 229 });
    expect(box).toHaveValue("@an");
    await userEvent.keyboard("{Escape}");
    expect(screen.queryByRole("listbox")).toBeNull();
    await userEvent.keyboard("{Enter}");
    expect(store.send).toHaveBeenCalledExactlyOnceWith(ROOM.id, "@an", null, []);
  });

  it("goes away and comes back with the caret, and comes up while a word is composed", async () => {
    const box = open();
    await userEvent.type(box, "Hi @");
    fireEvent.input(box, { target: { value: "Hi @an" }, isComposing: true });
    await screen.findByRole("option");
    box.setSelectionRange(1, 1);
    fireEvent.keyUp(box, { key: "ArrowLeft" });
    expect(screen.queryByRole("listbox")).toBeNull();
    box.setSelectionRange(6, 6);
    fireEvent.click(box);
    await screen.findByRole("option");
    // What sent it away is let go of a moment later.
    await userEvent.keyboard("{Escape}");
    fireEvent.keyUp(box, { key: "Escape" });
    expect(screen.queryByRole("listbox")).toBeNull();
  });

  it("completes an emoji by its name", async () => {
    const groups = [["objects", [["🎉", "party popper", "party", "tada"]]]];
    vi.stubGlobal("fetch", async () => Response.json(groups));
    const box = open();
    await userEvent.type(box, "so :tad");
    await screen.findByRole("option", { name: /party popper/ });
    await userEvent.keyboard("{Enter}");
    expect(box).toHaveValue("so 🎉 ");
  });
});

describe("answering and editing", () => {
  const mine = message(4, { author: INES, body: "my last" });
  const theirs = message(5, { body: "a question" });

  beforeEach(() => {
    forgetTalk();
    store.store.setState(stateWith([mine, theirs]), true);
  });

  it("sends what it answers with it, once", async () => {
    const box = open();
    act(() => startReply(theirs));
    expect(await screen.findByText("a question")).toBeInTheDocument();
    await userEvent.type(box, "yes{Enter}");
    expect(store.send).toHaveBeenCalledExactlyOnceWith(ROOM.id, "yes", theirs, []);
    expect(screen.queryByText("a question")).toBeNull();
  });

  it("remembers what a draft answers", async () => {
    setDraft(ME.id, ROOM.id, "half a yes", theirs.id);
    open();
    expect(await screen.findByText("a question")).toBeInTheDocument();
  });

  it("forgets it on Escape", async () => {
    const box = open();
    act(() => startReply(theirs));
    await userEvent.type(box, "{Escape}");
    await userEvent.type(box, "no{Enter}");
    expect(store.send).toHaveBeenCalledExactlyOnceWith(ROOM.id, "no", null, []);
  });

  it("leaves an open edit of this room before it, and none of another room", async () => {
    const box = open();
    act(() => startReply(theirs));
    act(() => startEdit(mine.id));
    await userEvent.type(box, "{Escape}");
    expect(useTalk.getState()).toMatchObject({ editing: null, replies: { [ROOM.id]: theirs } });
    act(() => startEdit(77));
    await userEvent.type(box, "{Escape}");
    expect(useTalk.getState()).toMatchObject({ editing: 77, replies: { [ROOM.id]: undefined } });
  });

  it("edits one's last message on ↑ where nothing is written", async () => {
    const box = open();
    await userEvent.type(box, "x{ArrowUp}");
    expect(useTalk.getState().editing).toBeNull();
    await userEvent.type(box, "{Backspace}{ArrowUp}");
    expect(useTalk.getState().editing).toBe(mine.id);
  });
});
