import { fireEvent, render } from "@testing-library/react";
import { beforeEach, expect, it } from "vitest";
import { initialState } from "../realtime/initial";
import { store } from "../realtime/store";
import { me, room } from "../realtime/testing/fixtures";
import type { Room } from "../realtime/types";
import { GlobalKeys } from "./GlobalKeys";
import { useView } from "./view";

const named = (id: number, name: string, patch: Partial<NonNullable<Room["me"]>> = {}) =>
  room({
    id,
    name,
    me: { role: "member", last_read_seq: 0, unread: 0, mentions: 0, notify: "all", ...patch },
  });

beforeEach(() => {
  const rooms = [
    named(1, "a"),
    named(2, "b", { unread: 3, notify: "none" }),
    named(3, "c"),
    named(4, "d", { unread: 3 }),
    named(5, "e", { unread: 3, mentions: 1, notify: "none" }),
  ];
  store.setState({
    ...initialState(),
    session: { status: "signed_in", me: me() },
    rooms: Object.fromEntries(rooms.map((each) => [each.id, each])),
  });
  useView.setState({ roomId: 1 });
  history.replaceState(null, "", "/chat/room/1/");
});

function press(shiftKey: boolean) {
  fireEvent.keyDown(window, { code: "ArrowDown", key: "ArrowDown", altKey: true, shiftKey });
  const id = Number(location.pathname.match(/\d+/)?.[0]);
  useView.setState({ roomId: id });
  return id;
}

it("goes from room to room", () => {
  render(<GlobalKeys />);
  expect([press(false), press(false), press(false)]).toEqual([2, 3, 4]);
});

it("stops with Shift where the list shows that something is unread: not at what is muted", () => {
  render(<GlobalKeys />);
  expect([press(true), press(true), press(true)]).toEqual([4, 5, 4]);
});
