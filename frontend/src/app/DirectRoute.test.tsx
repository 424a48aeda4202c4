import { act, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { ApiError } from "../api/error";
import { initialState } from "../realtime/initial";
import { store } from "../realtime/store";
import DirectRoute from "./DirectRoute";

const call = vi.hoisted(() => vi.fn());
vi.mock(import("../api/client"), async (original) => {
  const real = await original();
  return { ...real, api: { ...real.api, GET: vi.fn() }, call };
});

it("asks again by hand and with the next socket where the server did not answer", async () => {
  store.setState(initialState(), true);
  call.mockRejectedValue(new ApiError(0, "network", ""));
  render(<DirectRoute username="anton" />);
  const retry = await screen.findByRole("button", { name: "Retry" });
  expect(screen.queryByText("You cannot enter this room")).toBeNull();
  expect(document.title).toMatch(/^Something went wrong/);
  await userEvent.click(retry);
  await screen.findByRole("button", { name: "Retry" });
  expect(call).toHaveBeenCalledTimes(2);

  call.mockRejectedValue(new ApiError(404, "not_found", ""));
  const { connection } = store.getState();
  act(() => store.setState({ connection: { ...connection, phase: "open" } }));
  expect(await screen.findByText("There is nothing here")).toBeInTheDocument();
  expect(call).toHaveBeenCalledTimes(3);
});
