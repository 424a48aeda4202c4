import { render, screen } from "@testing-library/react";
import { expect, it, vi } from "vitest";
import { store } from "../../realtime/store";
import { me, message, ROOM, room, stateWith } from "../../realtime/testing/fixtures";
import { remember } from "./scroll-memory";
import { Timeline } from "./Timeline";

/** A log that was left farther up, with the row of `message(1)` at its top. */
function leftAbove() {
  vi.spyOn(Element.prototype, "scrollTop", "get").mockReturnValue(-500);
  const log = document.createElement("div");
  const row = document.createElement("p");
  row.dataset.row = `m:${message(1).id}`;
  row.getBoundingClientRect = () => new DOMRect(0, 0, 100, 20);
  log.append(row);
  remember(ROOM, log);
}

it("counts what came while somebody was away from a place above the tail", () => {
  leftAbove();
  store.setState(stateWith([1, 2, 3].map((seq) => message(seq))), true);
  const mine = { role: "member", last_read_seq: 1, unread: 2, mentions: 0, notify: "all" } as const;
  render(<Timeline room={room({ me: mine })} me={me()} />);
  expect(screen.getByRole("button", { name: "2 new messages" })).toBeInTheDocument();
});
