import { afterEach, expect, it } from "vitest";
import { deletions } from "../../realtime/deletions";
import { ANTON, AT, INES, message } from "../../realtime/testing/fixtures";
import { lastOwn } from "./last-own";

const FIRST = message(1, { author: INES });
const SECOND = message(2, { author: INES });

afterEach(() => void deletions.undo(SECOND.id));

it("is the newest text by oneself", () => {
  const joined = message(3, { author: INES, kind: "joined", body: null });
  expect(lastOwn([FIRST, SECOND, joined, message(4, { author: ANTON })], INES.id)).toBe(SECOND);
});

it("is not one that was deleted, nor one that is being deleted", () => {
  const tombstone = message(3, { author: INES, body: null, deleted_at: AT });
  deletions.hold(SECOND.id, { failed: () => {} });
  expect(lastOwn([FIRST, SECOND, tombstone], INES.id)).toBe(FIRST);
});
