import { act, render, screen } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { me, pending } from "../../realtime/testing/fixtures";
import { PendingRow } from "./PendingRow";

afterEach(() => {
  vi.useRealTimers();
});

it("waits anew after another try, however long ago the message was written", () => {
  vi.useFakeTimers({ now: 60_000 });
  const viewer = me();
  const row = (status: "failed" | "queued") => (
    <PendingRow
      rowKey="n:1"
      pending={pending("1", { createdAt: 1, status, error: null })}
      isHead
      me={viewer}
    />
  );
  const waiting = () => screen.queryByText("Waiting for connection");
  const { rerender, container } = render(row("failed"));
  rerender(row("queued"));
  expect(waiting()).toBeNull();
  expect(container.querySelector(".opacity-75")).toBeNull();
  act(() => vi.advanceTimersByTime(300));
  expect(container.querySelector(".opacity-75")).not.toBeNull();
  expect(waiting()).toBeNull();
  act(() => vi.advanceTimersByTime(9_700));
  expect(waiting()).toBeInTheDocument();
});
