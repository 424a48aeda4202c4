import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { History, Message } from "../api/types";
import type { Action, Effect } from "./reducer";
import { created, message, pending, ROOM, run, stateWith, windowIn } from "./testing/fixtures";
import { type Change, RoomModel } from "./testing/room-model";
import type { State } from "./types";
import { WINDOW_ROWS_MAX } from "./types";

const change: fc.Arbitrary<Change> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant("create"), by: fc.constantFrom("anton", "ines") }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constantFrom("reply", "edit", "react", "delete"),
      at: fc.nat(50),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("join") }) },
) as fc.Arbitrary<Change>;

/** Applies an action and answers every question it raises, `to` at most `step` further each time. */
function settle(
  state: State,
  model: RoomModel,
  action: Action,
  step = Number.MAX_SAFE_INTEGER,
): State {
  const first = run(state, action);
  let next = first.state;
  const questions = [...first.effects];
  for (let rounds = 0; questions.length > 0; rounds += 1) {
    if (rounds > 1000) throw new Error("the questions never end");
    const effect = questions.shift() as Effect;
    if (effect.type !== "sync") continue;
    const to = Math.min(model.head, effect.after + step);
    const answer = run(next, { type: "synced", roomId: ROOM, sync: model.sync(effect.after, to) });
    next = answer.state;
    questions.push(...answer.effects);
  }
  return next;
}

/** What must not depend on the way. */
function essence(state: State) {
  const { rooms } = state;
  const { rows, rev, hasBefore, hasAfter, early } = windowIn(state);
  const { id, rev: latestRev, body } = state.latest[ROOM] ?? {};
  return { rooms, latest: { id, latestRev, body }, rows, rev, hasBefore, hasAfter, early };
}

describe("events in any order, any number of times", () => {
  const scenario = fc.record({
    before: fc.array(change, { maxLength: 20 }),
    after: fc.array(change, { minLength: 1, maxLength: 40 }),
    shuffle: fc.infiniteStream(fc.nat(1000)),
    extra: fc.array(fc.nat(40), { maxLength: 20 }),
    step: fc.integer({ min: 1, max: 60 }),
    held: fc.integer({ min: 1, max: 20 }),
  });

  it("end in the state that they lead to in order", () => {
    fc.assert(
      fc.property(scenario, ({ before, after, shuffle, extra }) => {
        const { start, model } = begin(before, 50);
        for (const one of after) model.apply(one);
        const events = model.events.slice(before.length).map(created);
        const inOrder = events.reduce((state, event) => run(state, event).state, start);

        const disordered = [...events, ...extra.flatMap((at) => events[at] ?? [])]
          .map((event) => ({ event, key: shuffle.next().value }))
          .sort((a, b) => a.key - b.key)
          .map(({ event }) => event);
        const other = disordered.reduce((state, event) => settle(state, model, event), start);
        expect(essence(other)).toEqual(essence(inOrder));
      }),
    );
  });

  it("also when the answers to gaps come in small pages", () => {
    fc.assert(
      fc.property(scenario, ({ before, after, shuffle, step }) => {
        const { start, model } = begin(before, 50);
        for (const one of after) model.apply(one);
        const events = model.events.slice(before.length).map(created);
        const inOrder = events.reduce((state, event) => run(state, event).state, start);
        const disordered = events
          .map((event) => ({ event, key: shuffle.next().value }))
          .sort((a, b) => a.key - b.key)
          .map(({ event }) => event);
        const other = disordered.reduce((state, event) => settle(state, model, event, step), start);
        expect(essence(other)).toEqual(essence(inOrder));
      }),
    );
  });

  it("and with a window that does not reach back to what was read", () => {
    fc.assert(
      fc.property(scenario, ({ before, after, shuffle, held }) => {
        const { start, model } = begin(before, held);
        for (const one of after) model.apply(one);
        const events = model.events.slice(before.length).map(created);
        const inOrder = events.reduce((state, event) => run(state, event).state, start);
        const disordered = events
          .map((event) => ({ event, key: shuffle.next().value }))
          .sort((a, b) => a.key - b.key)
          .map(({ event }) => event);
        const other = disordered.reduce((state, event) => settle(state, model, event), start);
        expect(essence(other)).toEqual(essence(inOrder));
      }),
    );
  });

  it("also when replies of commands bring edits, deletions and reactions before their events", () => {
    fc.assert(
      fc.property(scenario, ({ before, after, shuffle, extra }) => {
        const { start, model } = begin(before, 50);
        for (const one of after) model.apply(one);
        const changes = model.events.slice(before.length);
        const inOrder = changes.map(told).reduce((state, event) => run(state, event).state, start);

        // A reply has no place in the order of changes: it may be there long before, or long after.
        const replies = extra.flatMap((at): Action[] => {
          const message = changes[at];
          return message ? [{ type: "message_answered", message }] : [];
        });
        const disordered = [...changes.map(told), ...replies]
          .map((event) => ({ event, key: shuffle.next().value }))
          .sort((a, b) => a.key - b.key)
          .map(({ event }) => event);
        const other = disordered.reduce((state, event) => settle(state, model, event), start);
        expect(essence(other)).toEqual(essence(inOrder));
        // A text that is gone is gone everywhere: in its row and in what answers it.
        for (const row of windowIn(other).rows) {
          if (row.deleted_at) expect(row).toMatchObject({ body: null, reactions: [] });
          const answered = windowIn(other).rows.find(({ id }) => id === row.reply_to?.id);
          if (answered?.deleted_at) expect(row.reply_to?.excerpt).toBe("");
        }
      }),
    );
  });

  /** A change in the event that the server tells it by. */
  function told(message: Message): Action {
    const isNew = message.seq === message.rev;
    const changed = message.deleted_at ? "message.deleted" : "message.updated";
    const type = isNew ? "message.created" : changed;
    const event = { type, room_id: ROOM, rev: message.rev, message } as const;
    return { type: "event", event, now: 0 };
  }

  /** A room with a past, of which the newest `held` messages are shown. */
  function begin(before: Change[], held: number) {
    const model = new RoomModel();
    for (const one of before) model.apply(one);
    const page = model.page({}, held);
    const unread = model.messages.filter(
      (of) => of.kind === "text" && of.author.username === "anton" && !of.deleted_at,
    ).length;
    const start = stateWith(page.items, {
      rev: model.head,
      room: { me: { role: "member", last_read_seq: 0, unread, mentions: 0, notify: "all" } },
    });
    return { model, start };
  }
});

describe("a message of one's own", () => {
  it("ends as one row, whatever comes first and how often", () => {
    const mine = message(4, { nonce: "n1", body: "mine" });
    const step = fc.constantFrom<Action>(
      { type: "pending", pending: pending("n1", { status: "sending" }) },
      { type: "pending", pending: pending("n1", { status: "queued" }) },
      { type: "message_answered", message: mine },
      created(mine),
      created({ ...mine, nonce: null, rev: 5, edited_at: mine.created_at }),
      { type: "synced", roomId: ROOM, sync: { from: 3, to: 4, reset: false, messages: [mine] } },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), fc.boolean(), (steps, byReply) => {
        const start = stateWith([message(1), message(2), message(3)]);
        const arrival: Action = byReply
          ? { type: "message_answered", message: mine }
          : created(mine);
        const { state } = run(
          start,
          { type: "pending", pending: pending("n1") },
          ...steps,
          arrival,
          created(mine),
        );
        const rows = windowIn(state).rows.filter((row) => row.nonce === "n1");
        expect(rows).toHaveLength(1);
        expect(state.outbox[ROOM]).toEqual([]);
      }),
    );
  });
});

describe("history loaded while the room goes on", () => {
  type Step =
    | { kind: "change"; change: Change }
    | { kind: "deliver" }
    | { kind: "ask"; what: "before" | "after" | "around" | "tail"; at: number }
    | { kind: "answer" }
    | { kind: "tail"; atTail: boolean };

  const step: fc.Arbitrary<Step> = fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant("change" as const), change }) },
    { weight: 6, arbitrary: fc.record({ kind: fc.constant("deliver" as const) }) },
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constant("ask" as const),
        what: fc.constantFrom("before", "before", "before", "after", "after", "around", "tail"),
        at: fc.nat(500),
      }),
    },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant("answer" as const) }) },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant("tail" as const), atTail: fc.boolean() }),
    },
  ) as fc.Arbitrary<Step>;

  it("leaves consecutive rows in their newest form", () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 10, maxLength: 80 }), (steps) => {
        const model = new RoomModel();
        for (let born = 0; born < 480; born += 1) model.apply({ kind: "create", by: "anton" });
        let state = stateWith(model.page({}, 100).items, { rev: model.head });
        let delivered = model.head;
        let asked: {
          direction: "before" | "after" | "whole";
          page: History;
          anchor: number | null;
        }[] = [];

        const deliver = () => {
          const next = model.events[delivered];
          if (!next) return;
          delivered += 1;
          state = settle(state, model, created(next));
        };
        const answer = () => {
          const [first, ...others] = asked;
          asked = others;
          if (first) state = settle(state, model, { type: "page_loaded", roomId: ROOM, ...first });
        };

        for (const one of steps) {
          if (one.kind === "change") model.apply(one.change);
          else if (one.kind === "deliver") deliver();
          else if (one.kind === "answer") answer();
          else if (one.kind === "tail") {
            state = run(state, { type: "at_tail", roomId: ROOM, atTail: one.atTail }).state;
          } else {
            const { rows } = windowIn(state);
            const first = rows[0]?.seq ?? 0;
            const last = rows.at(-1)?.seq ?? 0;
            if (one.what === "before") {
              asked.push({
                direction: "before",
                page: model.page({ before: first }, 90),
                anchor: first,
              });
            } else if (one.what === "after") {
              asked.push({
                direction: "after",
                page: model.page({ after: last }, 90),
                anchor: last,
              });
            } else {
              const query = one.what === "around" ? { around: one.at } : {};
              asked.push({ direction: "whole", page: model.page(query, 90), anchor: null });
            }
          }
        }
        while (delivered < model.events.length) deliver();
        while (asked.length > 0) answer();

        const window = windowIn(state);
        const first = window.rows[0]?.seq ?? 0;
        const last = window.rows.at(-1)?.seq ?? 0;
        expect(window.rev).toBe(model.head);
        expect(window.rows.length).toBeLessThanOrEqual(WINDOW_ROWS_MAX);
        expect(window.rows).toEqual(model.between(first, last));
        if (!window.hasBefore) expect(first).toBe(model.messages[0]?.seq);
        if (!window.hasAfter) expect(last).toBe(model.messages.at(-1)?.seq);
      }),
      { numRuns: 150 },
    );
  });
});
