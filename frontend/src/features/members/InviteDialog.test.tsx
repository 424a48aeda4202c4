import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { store } from "../../realtime/store";
import { ANTON, ROOM, stateWith } from "../../realtime/testing/fixtures";
import InviteDialog from "./InviteDialog";

vi.mock("../../realtime/finding", () => ({
  listProfiles: async () => ({ items: [{ ...ANTON, id: 9 }], next: null }),
}));
vi.mock("../../realtime/manage", () => ({ invite: async () => undefined }));

it("keeps the focus in the list when the button that was pressed goes away", async () => {
  store.setState(stateWith([]), true);
  render(<InviteDialog roomId={ROOM} onClose={() => {}} />);
  (await screen.findByRole("button", { name: "Add Anton" })).focus();
  await userEvent.keyboard("{Enter}");
  expect(await screen.findByText("Added")).toBeInTheDocument();
  await waitFor(() => expect(screen.getByRole("region", { name: "People" })).toHaveFocus());
});
