import { describe, expect, it } from "vitest";
import { ANTON, AT, INES, me, message, room } from "../../realtime/testing/fixtures";
import { commandOf, commandsFor, maySeeEdits } from "./commands";

const KEY = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false };

describe("commandOf", () => {
  it("goes by the place of the key, whatever letter is on it", () => {
    // The key that is R on an English keyboard types "к" on a Russian one.
    expect(commandOf({ ...KEY, code: "KeyR" })).toBe("react");
    expect(commandOf({ ...KEY, code: "Delete" })).toBe("delete");
    expect(commandOf({ ...KEY, code: "KeyQ" })).toBeNull();
  });

  it("leaves the browser's own shortcuts alone", () => {
    expect(commandOf({ ...KEY, code: "KeyC", ctrlKey: true })).toBeNull();
    expect(commandOf({ ...KEY, code: "KeyR", metaKey: true })).toBeNull();
  });
});

describe("commandsFor", () => {
  const mine = message(1, { author: INES });
  const theirs = message(2, { author: ANTON });
  const moderated = room({
    me: { role: "moderator", last_read_seq: 0, unread: 0, mentions: 0, notify: "all" },
  });

  it("lets authors edit and delete", () => {
    const own = commandsFor(mine, room(), me());
    expect(own).toEqual(["react", "reply", "copy", "link", "edit", "delete"]);
  });

  it("lets others answer and whisper", () => {
    expect(commandsFor(theirs, room(), me())).toEqual([
      "react",
      "reply",
      "whisper",
      "profile",
      "copy",
      "link",
    ]);
  });

  it("lets moderators and staff delete what others wrote, not in a direct room, and never edit", () => {
    expect(commandsFor(theirs, moderated, me())).toContain("delete");
    expect(commandsFor(theirs, room(), me({ is_staff: true }))).toContain("delete");
    expect(commandsFor(theirs, moderated, me())).not.toContain("edit");
    const direct = room({ kind: "direct" });
    expect(commandsFor(theirs, direct, me({ is_staff: true }))).not.toContain("delete");
  });

  it("leaves whoever only looks in with reading and copying", () => {
    expect(commandsFor(theirs, room({ me: null }), me())).toEqual(["profile", "copy", "link"]);
  });

  it("has nothing for notes and for what was deleted", () => {
    expect(commandsFor(message(3, { kind: "joined", body: null }), room(), me())).toEqual([]);
    expect(commandsFor({ ...mine, body: null, deleted_at: AT }, room(), me())).toEqual([]);
  });

  it("shows former texts to the author and to moderators", () => {
    expect(maySeeEdits(mine, room(), me())).toBe(true);
    expect(maySeeEdits(theirs, room(), me())).toBe(false);
    expect(maySeeEdits(theirs, moderated, me())).toBe(true);
  });
});
