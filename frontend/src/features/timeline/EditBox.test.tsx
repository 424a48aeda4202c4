import { fireEvent, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, it, vi } from "vitest";
import { ApiError } from "../../api/error";
import { startEdit, stopEdit, useTalk } from "../../app/talk";
import * as store from "../../realtime/store";
import { INES, message } from "../../realtime/testing/fixtures";
import EditBox from "./EditBox";

vi.mock(import("../../realtime/store"), async (original) => ({
  ...(await original()),
  editMessage: vi.fn(async () => message(1)),
  getMessage: vi.fn(async () => message(1)),
}));

const MINE = message(1, { author: INES, body: "first" });
const CONFLICT = new ApiError(409, "conflict", "It has changed.");

beforeEach(() => {
  vi.resetAllMocks();
  vi.mocked(store.editMessage).mockResolvedValue(MINE);
  stopEdit();
});

function open() {
  startEdit(MINE.id);
  const { unmount } = render(<EditBox message={MINE} />);
  return { box: screen.getByRole<HTMLTextAreaElement>("textbox"), unmount };
}

const isOpen = () => useTalk.getState().editing === MINE.id;

it("saves with the number of the form that was seen", async () => {
  const { box } = open();
  await userEvent.clear(box);
  await userEvent.type(box, "second{Enter}");
  expect(store.editMessage).toHaveBeenCalledExactlyOnceWith(MINE.id, "second", MINE.rev);
  await waitFor(() => expect(isOpen()).toBe(false));
});

it("makes a line on Shift+Enter, and saves nothing that did not change", async () => {
  const { box } = open();
  await userEvent.type(box, "{Shift>}{Enter}{/Shift}");
  expect(box).toHaveValue("first\n");
  await userEvent.type(box, "{Backspace}{Enter}");
  expect(store.editMessage).not.toHaveBeenCalled();
  expect(isOpen()).toBe(false);
});

it("leaves Enter and Escape to an input method", async () => {
  const { box } = open();
  await userEvent.type(box, "にほ");
  fireEvent.keyDown(box, { key: "Enter", isComposing: true });
  fireEvent.keyDown(box, { key: "Enter", keyCode: 229 });
  fireEvent.keyDown(box, { key: "Escape", isComposing: true });
  expect(store.editMessage).not.toHaveBeenCalled();
  expect(isOpen()).toBe(true);
});

it("is left by Escape without a trace", async () => {
  const { box, unmount } = open();
  await userEvent.type(box, " thought{Escape}");
  expect(isOpen()).toBe(false);
  unmount();
  expect(open().box).toHaveValue("first");
});

it("brings back what was being written when its row went out of sight", async () => {
  const { box, unmount } = open();
  await userEvent.type(box, " thought");
  unmount();
  const again = open().box;
  expect(again).toHaveValue("first thought");
  await userEvent.type(again, "{Escape}");
});

it("saves over a change that left the text alone, such as a reaction", async () => {
  vi.mocked(store.editMessage).mockRejectedValueOnce(CONFLICT);
  vi.mocked(store.getMessage).mockResolvedValueOnce({ ...MINE, rev: 9 });
  const { box } = open();
  await userEvent.type(box, "!{Enter}");
  await waitFor(() => expect(isOpen()).toBe(false));
  expect(store.editMessage).toHaveBeenLastCalledWith(MINE.id, "first!", 9);
});

it("shows a newer text instead of saving over it, and saves once that was seen", async () => {
  vi.mocked(store.editMessage).mockRejectedValueOnce(CONFLICT);
  vi.mocked(store.getMessage).mockResolvedValueOnce({ ...MINE, rev: 9, body: "from my phone" });
  const { box } = open();
  await userEvent.type(box, "!{Enter}");
  expect(await screen.findByRole("alert")).toHaveTextContent("from my phone");
  expect(box).toHaveValue("first!");
  expect(isOpen()).toBe(true);
  await userEvent.type(box, "{Enter}");
  await waitFor(() => expect(isOpen()).toBe(false));
  expect(store.editMessage).toHaveBeenLastCalledWith(MINE.id, "first!", 9);
});

it("says why it was refused and keeps the text", async () => {
  vi.mocked(store.editMessage).mockRejectedValueOnce(new ApiError(403, "muted", "You are muted."));
  const { box } = open();
  await userEvent.type(box, "!{Enter}");
  expect(await screen.findByText("You are muted.")).toBeInTheDocument();
  expect(box).toHaveValue("first!");
  await userEvent.type(box, "{Escape}");
});
