import { describe, expect, it } from "vitest";
import { initialState } from "./initial";
import type { Action } from "./reducer";
import { selectDirectRooms, selectTyping, selectUnread } from "./selectors";
import {
  ANTON,
  AT,
  created,
  INES,
  me,
  message,
  pending,
  ROOM,
  ready,
  room,
  run,
  seqs,
  stateWith,
  windowIn,
} from "./testing/fixtures";
import type { Room, State } from "./types";
import { WINDOW_ROWS_MAX } from "./types";

const NOW = 1_000_000;

function many(from: number, to: number) {
  return Array.from({ length: to - from + 1 }, (_, at) => message(from + at));
}

describe("a gap", () => {
  it("is asked for, and the change waits until it is filled", () => {
    const start = stateWith(many(1, 3));
    const gap = run(start, created(message(5)));
    expect(seqs(gap.state)).toEqual([1, 2, 3]);
    expect(gap.effects).toEqual([{ type: "sync", roomId: ROOM, after: 3 }]);

    const filled = run(gap.state, {
      type: "synced",
      roomId: ROOM,
      sync: { from: 3, to: 4, reset: false, messages: [message(4)] },
    });
    expect(seqs(filled.state)).toEqual([1, 2, 3, 4, 5]);
    expect(windowIn(filled.state).rev).toBe(5);
    expect(filled.effects.filter((effect) => effect.type === "sync")).toEqual([]);
  });

  it("answered by a reset drops what was held", () => {
    const { state } = run(stateWith(many(1, 3)), {
      type: "synced",
      roomId: ROOM,
      sync: { from: 3, to: 9, reset: true, messages: [message(8), message(9)] },
    });
    expect(seqs(state)).toEqual([8, 9]);
    expect(windowIn(state)).toMatchObject({ rev: 9, hasBefore: true, hasAfter: false });
  });

  it("is noticed when the server has caught up and a room is still behind", () => {
    const start = stateWith(many(1, 3));
    const { effects } = run(start, ready([room({ head: 7 })]), {
      type: "event",
      now: NOW,
      event: { type: "caught_up" },
    });
    expect(effects).toEqual([{ type: "sync", roomId: ROOM, after: 3 }]);
  });
});

describe("ready", () => {
  it("replaces the whole list of rooms", () => {
    const other = room({ id: 9, name: "other" });
    const { state } = run(stateWith(many(1, 3)), ready([other]));
    expect(Object.keys(state.rooms)).toEqual(["9"]);
    expect(state.windows[ROOM]).toBeUndefined();
  });

  it("of another history drops every window", () => {
    const { state } = run(stateWith(many(1, 3)), ready(undefined, "e2"));
    expect(state.windows).toEqual({});
    expect(state.epoch).toBe("e2");
  });

  it("of the same history keeps them", () => {
    const { state } = run(stateWith(many(1, 3)), ready());
    expect(seqs(state)).toEqual([1, 2, 3]);
  });
});

describe("a full window", () => {
  const full = () => stateWith(many(1, WINDOW_ROWS_MAX), { window: { hasBefore: false } });

  it("drops the oldest rows while the reader is at the tail", () => {
    const { state } = run(full(), created(message(WINDOW_ROWS_MAX + 1)));
    expect(seqs(state)).toHaveLength(WINDOW_ROWS_MAX);
    expect(seqs(state)[0]).toBe(2);
    expect(windowIn(state)).toMatchObject({ hasBefore: true, hasAfter: false });
  });

  it("keeps what is being read and lets go of the tail otherwise", () => {
    const { state } = run(
      full(),
      { type: "at_tail", roomId: ROOM, atTail: false },
      created(message(WINDOW_ROWS_MAX + 1)),
    );
    expect(seqs(state)[0]).toBe(1);
    expect(windowIn(state)).toMatchObject({ hasAfter: true, rev: WINDOW_ROWS_MAX + 1 });
    expect(state.rooms[ROOM]?.me?.unread).toBe(WINDOW_ROWS_MAX + 1);
  });

  it("gives up its end for older pages", () => {
    const start = stateWith(many(51, 350), { window: { hasBefore: true } });
    const { state } = run(start, {
      type: "page_loaded",
      roomId: ROOM,
      direction: "before",
      anchor: 51,
      page: { items: many(1, 50), head: 350, has_before: false, has_after: true },
    });
    expect(seqs(state)[0]).toBe(1);
    expect(windowIn(state)).toMatchObject({ hasBefore: false, hasAfter: true });
  });
});

describe("a page that is older than the window", () => {
  it("is completed by a question for what changed since", () => {
    const start = stateWith(many(10, 12), { window: { hasBefore: true } });
    const edited = message(9, { rev: 13, body: "new words", edited_at: AT });
    const { state, effects } = run(
      start,
      { type: "load_started", roomId: ROOM, direction: "before" },
      {
        type: "event",
        now: NOW,
        event: { type: "message.updated", room_id: ROOM, rev: 13, message: edited },
      },
      {
        type: "page_loaded",
        roomId: ROOM,
        direction: "before",
        anchor: 10,
        page: { items: [message(8), message(9)], head: 12, has_before: true, has_after: true },
      },
    );
    expect(seqs(state)).toEqual([8, 9, 10, 11, 12]);
    expect(effects).toEqual([{ type: "sync", roomId: ROOM, after: 12 }]);
    const { state: after } = run(state, {
      type: "synced",
      roomId: ROOM,
      sync: { from: 12, to: 13, reset: false, messages: [edited] },
    });
    expect(windowIn(after).rows[1]?.body).toBe("new words");
  });
});

describe("unread", () => {
  it("counts other people's texts, and mentions of me", () => {
    const { state } = run(
      stateWith([message(1)], { room: { me: { ...membership(), last_read_seq: 1 } } }),
      created(message(2, { body: "hello @Ines." })),
      created(message(3, { author: INES })),
      created(message(4, { kind: "joined", body: null })),
      created(message(5)),
    );
    expect(state.rooms[ROOM]?.me).toMatchObject({ unread: 2, mentions: 1 });
  });

  it("counts in rooms that were never opened, and again nothing twice", () => {
    const start = run(
      initialState(),
      { type: "signed_in", me: me() },
      { type: "room_answered", room: room({ head: 4 }) },
    ).state;
    const { state, effects } = run(
      start,
      created(message(5)),
      created(message(5)),
      created(message(3)),
    );
    expect(state.rooms[ROOM]).toMatchObject({ head: 5, me: { unread: 1 } });
    expect(state.latest[ROOM]?.seq).toBe(5);
    expect(effects).toEqual([{ type: "arrived", message: message(5) }]);
  });

  it("shows the newest text that was asked for, until something is newer", () => {
    const start = run(
      initialState(),
      { type: "signed_in", me: me() },
      { type: "room_answered", room: room({ head: 4 }) },
      { type: "latest_answered", messages: [message(4), message(9, { room_id: 99 })] },
    ).state;
    expect(start.latest).toEqual({ [ROOM]: message(4) });

    const deleted = message(4, { rev: 5, body: null, deleted_at: AT });
    const gone: Action = {
      type: "event",
      now: NOW,
      event: { type: "message.deleted", room_id: ROOM, rev: 5, message: deleted },
    };
    expect(run(start, gone).state.latest[ROOM]).toEqual(deleted);

    const late: Action = { type: "latest_answered", messages: [message(4)] };
    expect(run(start, gone, late).state.latest[ROOM]).toEqual(deleted);
    expect(run(start, created(message(6)), late).state.latest[ROOM]).toEqual(message(6));
  });

  it("goes with a deleted message", () => {
    const { state } = run(
      stateWith([message(1)], { room: { me: { ...membership(), last_read_seq: 1 } } }),
      created(message(2)),
      {
        type: "event",
        now: NOW,
        event: {
          type: "message.deleted",
          room_id: ROOM,
          rev: 3,
          message: message(2, { rev: 3, body: null, deleted_at: AT }),
        },
      },
    );
    expect(state.rooms[ROOM]?.me?.unread).toBe(0);
  });

  it("follows the read pointer at once, and never back", () => {
    const start = stateWith(many(1, 4));
    const read = run(start, { type: "read", roomId: ROOM, seq: 3 }).state;
    expect(read.rooms[ROOM]?.me).toMatchObject({ last_read_seq: 3, unread: 1 });
    const late = run(read, {
      type: "event",
      now: NOW,
      event: { type: "read.updated", room_id: ROOM, last_read_seq: 1, unread: 3, mentions: 0 },
    }).state;
    expect(late.rooms[ROOM]?.me).toMatchObject({ last_read_seq: 3, unread: 1 });
  });

  it("does not believe an event that was made before the newest message", () => {
    const start = stateWith(many(1, 4));
    const { state } = run(start, created(message(5)), {
      type: "event",
      now: NOW,
      event: { type: "read.updated", room_id: ROOM, last_read_seq: 4, unread: 0, mentions: 0 },
    });
    expect(state.rooms[ROOM]?.me?.unread).toBe(1);
  });

  it("is summed over rooms that are not muted, direct rooms as important", () => {
    const rooms = [
      room({ id: 1, me: { ...membership(), unread: 4, mentions: 1 } }),
      room({ id: 2, kind: "direct", me: { ...membership(), unread: 2 } }),
      room({ id: 3, me: { ...membership(), unread: 9, notify: "none" } }),
    ];
    const state = { ...initialState(), rooms: Object.fromEntries(rooms.map((of) => [of.id, of])) };
    expect(selectUnread(state)).toEqual({ important: 3, other: 3 });
    expect(selectUnread(state)).toBe(selectUnread({ ...state }));
  });

  function membership() {
    return { role: "member", last_read_seq: 0, unread: 0, mentions: 0, notify: "all" } as const;
  }
});

describe("one's own message", () => {
  it("becomes a row in the step in which it leaves the outbox", () => {
    const start = stateWith([message(1)]);
    const written = run(start, { type: "pending", pending: pending("n1") }).state;
    expect(written.outbox[ROOM]).toHaveLength(1);
    const mine = message(2, { author: INES, nonce: "n1" });
    const { state, effects } = run(written, { type: "message_answered", message: mine });
    expect(state.outbox[ROOM]).toEqual([]);
    expect(windowIn(state).rows.at(-1)).toEqual(mine);
    expect(effects).toEqual([{ type: "stored", roomId: ROOM, nonce: "n1" }]);
    // The reply says nothing about what came before it, so the event still counts.
    expect(windowIn(state).rev).toBe(1);
    expect(windowIn(run(state, created(mine)).state).rev).toBe(2);
  });

  it("stands in the order of writing, whichever tab wrote it", () => {
    const { state } = run(
      stateWith([message(1)]),
      { type: "pending", pending: pending("b") },
      { type: "pending", pending: pending("a") },
    );
    expect(state.outbox[ROOM]?.map(({ nonce }) => nonce)).toEqual(["a", "b"]);
  });
});

describe("another role", () => {
  it("is in the list of the members with its note", () => {
    const profile = { ...me({ id: ANTON.id }), ...ANTON };
    const held = run(stateWith([message(1)]), {
      type: "members_loaded",
      roomId: ROOM,
      items: [{ profile, role: "member", joined_at: AT }],
      next: null,
      more: false,
      asked: {},
    }).state;
    const { state } = run(
      held,
      created(message(2, { kind: "role_changed", author: ANTON, body: "moderator" })),
    );
    expect(state.members[ROOM]?.items.map(({ role }) => role)).toEqual(["moderator"]);
    expect(
      run(stateWith([message(1)]), created(message(2, { kind: "role_changed" }))).state.members,
    ).toEqual({});
  });
});

describe("somebody blocked", () => {
  const block = (is_blocked: boolean) =>
    ({
      type: "event",
      now: NOW,
      event: { type: "block.changed", user_id: ANTON.id, is_blocked },
    }) as const;
  const types = {
    type: "event",
    now: NOW,
    event: { type: "typing.started", room_id: ROOM, user_id: ANTON.id, expires_in_ms: 6000 },
  } as const;

  it("is not told of, neither by a message nor by typing, until they are let in again", () => {
    const { state, effects } = run(
      stateWith([message(1)]),
      block(true),
      types,
      created(message(2)),
      types,
    );
    expect(effects.filter((effect) => effect.type === "arrived")).toEqual([]);
    expect(seqs(state)).toEqual([1, 2]);
    expect(selectTyping(ROOM)(state)).toEqual([]);

    const again = run(state, block(false), created(message(3)), types);
    expect(again.effects.filter((effect) => effect.type === "arrived")).toHaveLength(1);
    expect(selectTyping(ROOM)(again.state)).toEqual([ANTON.id]);
  });
});

describe("ephemeral events", () => {
  it("let somebody type until they fall silent", () => {
    const typing = run(stateWith([message(1)]), {
      type: "event",
      now: NOW,
      event: { type: "typing.started", room_id: ROOM, user_id: ANTON.id, expires_in_ms: 6000 },
    }).state;
    const select = selectTyping(ROOM);
    expect(select(typing)).toEqual([ANTON.id]);
    expect(select(run(typing, { type: "tick", now: NOW + 5999 }).state)).toEqual([ANTON.id]);
    expect(select(run(typing, { type: "tick", now: NOW + 6000 }).state)).toEqual([]);
  });

  it("end typing with that person's message", () => {
    const { state } = run(
      stateWith([message(1)]),
      {
        type: "event",
        now: NOW,
        event: { type: "typing.started", room_id: ROOM, user_id: ANTON.id, expires_in_ms: 6000 },
      },
      created(message(2)),
    );
    expect(selectTyping(ROOM)(state)).toEqual([]);
  });

  it("show a whisper once, after the row it came after", () => {
    const event = {
      type: "event" as const,
      now: NOW,
      event: {
        type: "whispered" as const,
        whisper_id: 1,
        room_id: ROOM,
        from: ANTON.id,
        to: INES.id,
        body: "psst",
        sent_at: AT,
      },
    };
    const { state } = run(stateWith(many(1, 3)), event, event);
    expect(state.whispers[ROOM]).toEqual([
      { id: 1, roomId: ROOM, fromId: 2, toId: 1, body: "psst", sentAt: AT, afterSeq: 3 },
    ]);
  });

  it("carry who is here", () => {
    const change: Action = {
      type: "event",
      now: NOW,
      event: { type: "room.presence", room_id: ROOM, joined: [2, 3], left: [1], online_count: 2 },
    };
    const entered = { ...stateWith([message(1)]), online: { [ROOM]: [1] } };
    const { state } = run(entered, change);
    expect(state.online[ROOM]).toEqual([2, 3]);
    expect(state.rooms[ROOM]?.online_count).toBe(2);
    expect(state.presence[3]).toBe("online");
    // Once nobody looks it is not known any more, and what is told late does not make it known.
    const left = run(state, { type: "room_closed", roomId: ROOM }, change).state;
    expect(left.online[ROOM]).toBeUndefined();
  });
});

describe("rooms", () => {
  it("keep their membership when everybody is told of a change", () => {
    const start = stateWith(many(1, 2));
    const { state } = run(start, {
      type: "event",
      now: NOW,
      event: { type: "room.updated", room: room({ name: "renamed", head: 2, me: null }) },
    });
    expect(state.rooms[ROOM]).toMatchObject({ name: "renamed", me: { role: "member" } });
  });

  it("count their members from note to note, and nothing twice", () => {
    const note = (seq: number, kind: "joined" | "left" | "removed") =>
      created(message(seq, { kind, author: INES, body: null }));
    const count = (state: State) => state.rooms[ROOM]?.members_count;
    const joined = run(stateWith(many(1, 3)), note(4, "joined"), note(4, "joined"));
    expect(count(joined.state)).toBe(3);
    const left = run(joined.state, created(message(5)), note(6, "left"), note(7, "removed"));
    expect(count(left.state)).toBe(1);
    const older = room({ head: 4, members_count: 3 });
    const kept = run(left.state, { type: "room_answered", room: older });
    expect(count(kept.state)).toBe(1);
  });

  it("go when one is removed, and the view is told", () => {
    const { state, effects } = run(stateWith(many(1, 2)), {
      type: "event",
      now: NOW,
      event: { type: "room.removed", room_id: ROOM },
    });
    expect(state.rooms[ROOM]).toBeUndefined();
    expect(state.windows[ROOM]).toBeUndefined();
    expect(effects).toMatchObject([
      { type: "room_gone", roomId: ROOM, why: "removed", room: { id: ROOM } },
    ]);
  });

  it("with one person are sorted by their newest message", () => {
    const rooms = [1, 2].map((id) =>
      room({ id, kind: "direct", created_at: `2026-01-0${id}T00:00:00Z` }),
    );
    const state: State = {
      ...initialState(),
      rooms: Object.fromEntries(rooms.map((of) => [of.id, of])),
      latest: { 1: message(1, { room_id: 1, created_at: "2026-02-01T00:00:00Z" }) },
    };
    expect(selectDirectRooms(state).map(({ id }) => id)).toEqual([1, 2]);
  });

  it("with one person stand first while what is unread there was not seen", () => {
    const unread = { role: "member", last_read_seq: 0, unread: 1, mentions: 0, notify: "all" };
    const rooms = [
      room({ id: 1, kind: "direct", created_at: "2026-01-01T00:00:00Z", me: unread as Room["me"] }),
      room({ id: 2, kind: "direct", created_at: "2026-01-02T00:00:00Z" }),
    ];
    const state: State = {
      ...initialState(),
      rooms: Object.fromEntries(rooms.map((of) => [of.id, of])),
      latest: { 2: message(1, { room_id: 2, created_at: "2026-02-01T00:00:00Z" }) },
    };
    expect(selectDirectRooms(state).map(({ id }) => id)).toEqual([1, 2]);
  });
});

describe("a new face", () => {
  it("is shown under old messages as well", () => {
    const { state } = run(stateWith(many(1, 2)), {
      type: "event",
      now: NOW,
      event: {
        type: "profile.updated",
        profile: { ...me(), ...ANTON, display_name: "Anton P." },
      },
    });
    expect(windowIn(state).rows.map((row) => row.author.display_name)).toEqual([
      "Anton P.",
      "Anton P.",
    ]);
    expect(state.people[ANTON.id]?.display_name).toBe("Anton P.");
  });
});
