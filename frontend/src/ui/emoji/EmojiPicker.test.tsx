import { fireEvent, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, it, vi } from "vitest";
import EmojiPicker from "./EmojiPicker";

const GROUPS = [
  ["smileys-emotion", [["😀", "grinning face", "smile", "grinning"]]],
  ["people-body", [["👋", "waving hand", "hello", "wave", 1]]],
];

beforeEach(() => {
  localStorage.clear();
  vi.stubGlobal("fetch", async () => Response.json(GROUPS));
});

async function open() {
  const onPick = vi.fn();
  render(<EmojiPicker onPick={onPick} />);
  await screen.findByRole("rowgroup", { name: "Smileys & emotion" });
  return { onPick, field: screen.getByRole("combobox", { name: "Search emoji" }) };
}

it("has the focus in its field and picks what is searched for by Enter", async () => {
  const { onPick, field } = await open();
  expect(field).toHaveFocus();
  await userEvent.type(field, "hello");
  const cell = screen.getByRole("gridcell", { name: "waving hand" });
  expect(field).toHaveAttribute("aria-activedescendant", cell.id);
  expect(cell).toHaveAttribute("aria-colindex", "1");
  expect(cell.parentElement).toHaveAttribute("aria-rowindex", "1");
  await userEvent.keyboard("{Enter}");
  expect(onPick).toHaveBeenCalledExactlyOnceWith("👋");
});

it("walks through the grid by the arrows", async () => {
  const { onPick, field } = await open();
  // The usual ones, then the first of the smileys.
  await userEvent.type(field, "{ArrowDown}{ArrowDown}");
  expect(screen.getByRole("gridcell", { selected: true })).toHaveAccessibleName("grinning face");
  await userEvent.keyboard("{Enter}");
  expect(onPick).toHaveBeenCalledExactlyOnceWith("😀");
});

it("picks nothing while an input method composes", async () => {
  const { onPick, field } = await open();
  await userEvent.type(field, "hello");
  fireEvent.keyDown(field, { key: "Enter", isComposing: true });
  expect(onPick).not.toHaveBeenCalled();
});

it("gives people the skin tone that was chosen", async () => {
  const { onPick } = await open();
  await userEvent.click(screen.getByRole("button", { name: "Skin tone 1 of 6" }));
  await userEvent.click(await screen.findByRole("gridcell", { name: "waving hand" }));
  expect(onPick).toHaveBeenCalledExactlyOnceWith("👋🏻");
});

it("says that nothing was found", async () => {
  const { field } = await open();
  await userEvent.type(field, "qqq");
  expect(screen.getByRole("status")).toHaveTextContent("No emoji found");
});
