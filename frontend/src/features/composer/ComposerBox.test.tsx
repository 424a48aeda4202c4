import { fireEvent, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, it, vi } from "vitest";
import { saveDrafts, setDraft } from "../../realtime/drafts";
import * as store from "../../realtime/store";
import { me, room } from "../../realtime/testing/fixtures";
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
  expect(store.send).toHaveBeenCalledExactlyOnceWith(ROOM.id, "Hello", null);
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
