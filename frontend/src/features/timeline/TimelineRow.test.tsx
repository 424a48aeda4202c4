import { render, screen } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { me } from "../../realtime/testing/fixtures";
import { TimelineRow } from "./TimelineRow";

afterEach(() => {
  vi.useRealTimers();
});

it("calls a day yesterday once it is over", () => {
  const viewer = me();
  const flags = { isStaff: false, isHighlighted: false, isActive: false, isBlocked: false };
  const more = { ...flags, isHidden: false, isEdited: false, mayModerate: false, me: viewer };
  const row = { kind: "day", key: "day", at: "2026-11-16T21:00:00Z" } as const;
  vi.useFakeTimers({ now: Date.parse("2026-11-16T22:00:00Z") });
  const { rerender } = render(<TimelineRow row={row} {...more} />);
  expect(screen.getByRole("heading")).toHaveTextContent("Today");
  vi.setSystemTime(Date.parse("2026-11-17T01:00:00Z"));
  rerender(<TimelineRow row={{ ...row }} {...more} />);
  expect(screen.getByRole("heading")).toHaveTextContent("Yesterday");
});
