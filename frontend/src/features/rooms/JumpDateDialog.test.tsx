import { fireEvent, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, it, vi } from "vitest";
import { onShowMessage } from "../../app/show-message";
import { onShowTail } from "../../app/show-tail";
import { message, ROOM, room } from "../../realtime/testing/fixtures";
import JumpDateDialog from "./JumpDateDialog";

const GET = vi.hoisted(() => vi.fn());
vi.mock(import("../../api/client"), async (original) => {
  const real = await original();
  return { ...real, api: { ...real.api, GET } };
});

const shown = vi.fn();
const tail = vi.fn();
onShowMessage(shown);
onShowTail(tail);

beforeEach(() => vi.clearAllMocks());

/** Asks for a day, of a room that answers these pages. */
async function jump(...pages: { items: unknown[]; next: string | null }[]) {
  for (const data of pages) GET.mockResolvedValueOnce({ data, response: new Response() });
  const onClose = vi.fn();
  render(<JumpDateDialog room={room()} onClose={onClose} />);
  fireEvent.change(screen.getByLabelText("Day"), { target: { value: "2026-11-16" } });
  await userEvent.click(screen.getByRole("button", { name: "Jump" }));
  await vi.waitFor(() => expect(onClose).toHaveBeenCalled());
}

it("leads to the first message from the beginning of the day on, whatever its number", async () => {
  await jump({ items: [], next: "on" }, { items: [message(41)], next: null });
  expect(GET).toHaveBeenCalledTimes(2);
  expect(GET.mock.lastCall?.[1].params.query).toEqual({
    room_id: ROOM,
    after: "2026-11-16T00:00:00.000Z",
    ordering: "created_at",
    limit: 1,
    cursor: "on",
  });
  expect(shown).toHaveBeenCalledExactlyOnceWith(ROOM, 41);
});

it("leads to the newest where nothing was said any more", async () => {
  await jump({ items: [], next: null });
  expect(shown).not.toHaveBeenCalled();
  expect(tail).toHaveBeenCalledExactlyOnceWith(ROOM);
});
