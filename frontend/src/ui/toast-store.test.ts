import { beforeEach, expect, it, vi } from "vitest";
import { toast, toastError, useToasts } from "./toast-store";

beforeEach(() => useToasts.setState({ toasts: [] }));

const shown = () => useToasts.getState().toasts.map(({ text }) => text);

it("lets the oldest plain note make room", () => {
  for (const text of ["1", "2", "3", "4"]) toast(text);
  expect(shown()).toEqual(["2", "3", "4"]);
});

it("keeps errors, what is sticky and what can be undone", () => {
  const onGone = vi.fn();
  toastError("error");
  toast("sticky", { sticky: true });
  for (const text of ["a", "b", "c", "d"]) toast(text, { onGone });
  expect(onGone).not.toHaveBeenCalled();
  expect(shown()).toEqual(["error", "sticky", "a", "b", "c", "d"]);
  toast("e", { onGone });
  expect(shown()).toEqual(["sticky", "a", "b", "c", "d", "e"]);
});

it("lets a note go for another one beside what stays", () => {
  for (const text of ["1", "2", "3"]) toastError(text);
  toast("note");
  toast("next");
  expect(shown()).toEqual(["1", "2", "3", "next"]);
});
