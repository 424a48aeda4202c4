import { render, screen } from "@testing-library/react";
import { expect, it, vi } from "vitest";
import { ROOM, room } from "../realtime/testing/fixtures";
import { RoomRefused } from "./RoomRefused";

const GET = vi.hoisted(() => vi.fn());
vi.mock(import("../api/client"), async (original) => {
  const real = await original();
  return { ...real, api: { ...real.api, GET } };
});

it("names the tab after what it says", async () => {
  render(<RoomRefused failure={{ code: "room_staff_only", detail: "" }} />);
  expect(document.title).toMatch(/^You cannot enter this room/);
});

it("names the tab after the room that one may join", async () => {
  GET.mockResolvedValue({ data: room({ name: "Tea", me: null }), response: new Response() });
  render(<RoomRefused failure={{ code: "forbidden", detail: "" }} roomId={ROOM} />);
  await screen.findByRole("button", { name: /Tea/ });
  expect(document.title).toMatch(/^Tea/);
});
