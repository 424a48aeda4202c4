import { fireEvent, render, screen } from "@testing-library/react";
import { expect, it, vi } from "vitest";
import * as store from "../../realtime/store";
import { me, message, ROOM, room, stateWith } from "../../realtime/testing/fixtures";
import UnreadBar from "./UnreadBar";

vi.mock(import("../../realtime/store"), async (original) => ({
  ...(await original()),
  clearNewLine: vi.fn(),
  markRead: vi.fn(),
}));

it("marks everything as read, also what is not held", () => {
  const held = stateWith([message(8), message(9)]).windows[ROOM];
  if (!held) throw new Error("no window");
  render(
    <UnreadBar
      room={room({ head: 400 })}
      window={{ ...held, hasBefore: true, hasAfter: true, newAfter: 3 }}
      me={me()}
      scroller={{ current: null }}
      visibleSeq={null}
      drawn={{ from: null, show: () => true, fill: () => {} }}
    />,
  );
  fireEvent.click(screen.getByRole("button", { name: "Mark as read" }));
  expect(store.markRead).toHaveBeenCalledExactlyOnceWith(ROOM, 400);
});
