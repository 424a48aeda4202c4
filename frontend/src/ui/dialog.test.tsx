import { act, fireEvent, render, screen, within } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { Dialog } from "./dialog";
import { Toaster } from "./toast";
import { dismissToast, toastError, useToasts } from "./toast-store";

afterEach(() => {
  for (const { id } of useToasts.getState().toasts) dismissToast(id);
});

function open(onClose = () => {}) {
  return (
    <Dialog title="Upper" onClose={onClose}>
      <p>Some text</p>
    </Dialog>
  );
}

it("closes by a press on what lies around it, not where one lets go of a selection", () => {
  const onClose = vi.fn();
  render(open(onClose));
  const dialog = screen.getByRole("dialog");
  fireEvent.pointerDown(screen.getByText("Some text"));
  fireEvent.click(dialog);
  expect(onClose).not.toHaveBeenCalled();
  fireEvent.pointerDown(dialog);
  fireEvent.click(dialog);
  expect(onClose).toHaveBeenCalledOnce();
});

it("shows what went wrong inside of the uppermost dialog, and behind it once that is closed", () => {
  const page = (dialogs: React.ReactNode) => (
    <>
      {dialogs}
      <Toaster />
    </>
  );
  const both = (
    <>
      <Dialog title="Lower" onClose={() => {}}>
        {null}
      </Dialog>
      {open()}
    </>
  );
  const { rerender } = render(page(both));
  act(() => void toastError("The server did not answer."));
  expect(screen.getAllByRole("alert")).toHaveLength(1);
  const upper = screen.getByRole("dialog", { name: "Upper" });
  expect(within(upper).getByRole("alert")).toHaveTextContent("The server did not answer.");
  rerender(page(null));
  expect(screen.getByRole("alert")).toHaveTextContent("The server did not answer.");
});
