import { beforeEach, expect, it } from "vitest";
import type { Api } from "../api/client";
import type { Member } from "../api/types";
import { HERE_MAX } from "./crowd";
import { memberLists } from "./members";
import { reduce } from "./reducer";
import { AT, me, ROOM, stateWith } from "./testing/fixtures";
import { MEMBERS_PAGE, type State } from "./types";

type Query = { online?: boolean; cursor?: string };

/** By their order in the list, which is that of their ids here. */
let everybody: number[];
let online: Set<number>;
let asked: Query[];
let state: State;
/** Answers wait for this. */
let gate: Promise<void>;

const member = (id: number): Member => ({
  profile: { ...me({ presence: online.has(id) ? "online" : "offline" }), id, username: `u${id}` },
  role: "member",
  joined_at: AT,
});

const api = {
  async GET(_: string, { params }: { params: { query: Query } }) {
    const { query } = params;
    asked.push({
      ...(query.online !== undefined && { online: query.online }),
      ...(query.cursor && { cursor: query.cursor }),
    });
    const fitting = everybody.filter(
      (id) =>
        id > Number(query.cursor ?? 0) &&
        (query.online === undefined || online.has(id) === query.online),
    );
    const page = fitting.slice(0, MEMBERS_PAGE);
    const next = fitting.length > MEMBERS_PAGE ? String(page.at(-1)) : null;
    const data = { items: page.map(member), next };
    await gate;
    return { data, response: new Response() };
  },
} as unknown as Api;

let list: ReturnType<typeof memberLists>;
const shown = () => state.members[ROOM]?.items.map(({ profile }) => profile.id) ?? [];

/** A room of so many people, with these online. */
function crowd(size: number, here: number[]) {
  everybody = Array.from({ length: size }, (_, at) => at + 1);
  online = new Set(here);
  state = stateWith([], { room: { members_count: size } });
  list = memberLists(
    api,
    () => state,
    (action) => {
      state = reduce(state, action).state;
    },
  );
}

beforeEach(() => {
  asked = [];
  gate = Promise.resolve();
});

it("holds all of a room that fits on a page, by one question", async () => {
  crowd(MEMBERS_PAGE, [7]);
  await list(ROOM, "all");
  expect(shown()).toEqual(everybody);
  expect(asked).toEqual([{}]);
});

it("holds whoever is online in a bigger one, however far down the list, then a page of the others", async () => {
  crowd(350, [1, 349, 350]);
  await list(ROOM, "all");
  expect(shown()).toEqual([1, 349, 350, ...everybody.slice(1, 101)]);
  expect(state.people[350]).toBeDefined();
  expect(asked).toEqual([{ online: true }, { online: false }]);
  await list(ROOM, "more");
  expect(shown()).toHaveLength(203);
  expect(asked.at(-1)).toEqual({ online: false, cursor: "101" });
  // As much of it is there after it was asked for again.
  await list(ROOM, "all");
  expect(shown()).toHaveLength(203);
});

it("meets whoever comes online, and loses nobody's place", async () => {
  crowd(350, [1]);
  await list(ROOM, "all");
  await list(ROOM, "more");
  online.add(300);
  await list(ROOM, "here");
  expect(shown()).toContain(300);
  expect(shown()).toHaveLength(202);
  await list(ROOM, "more");
  expect(shown()).toHaveLength(302);
  expect(new Set(shown()).size).toBe(302);
});

it("does not look through everybody who is online where that is a crowd itself", async () => {
  crowd(
    600,
    Array.from({ length: 500 }, (_, at) => at + 1),
  );
  await list(ROOM, "here");
  expect(shown()).toHaveLength(HERE_MAX);
});

it("asks once more for all that was wanted while an answer was on its way", async () => {
  crowd(3, [1]);
  let open = () => {};
  gate = new Promise((resolve) => {
    open = resolve;
  });
  const first = list(ROOM, "all");
  everybody = [1, 2, 3, 4];
  const later = [list(ROOM, "here"), list(ROOM, "all"), list(ROOM, "more")];
  open();
  await Promise.all([first, ...later]);
  expect(shown()).toEqual([1, 2, 3, 4]);
  expect(asked).toHaveLength(2);
  expect(state.members[ROOM]?.loading).toBe(false);
});

it("is told by whoever asked that there was no answer, and tries again when asked", async () => {
  crowd(3, []);
  gate = Promise.reject(new Error("down"));
  await expect(list(ROOM, "all")).rejects.toMatchObject({ code: "network" });
  expect(state.members[ROOM]).toBeUndefined();
  gate = Promise.resolve();
  await list(ROOM, "all");
  expect(shown()).toEqual([1, 2, 3]);
});
