import { describe, expect, it } from "vitest";
import { author, message, ROOM, room, stateWith } from "../../realtime/testing/fixtures";
import type { Author, State } from "../../realtime/types";
import { candidates } from "./candidates";

const [ME, ANNA, ANTON, OLGA, ANDREI] = [
  author(1, "ines"),
  author(2, "anna"),
  author(3, "anton"),
  author(4, "olga"),
  author(5, "andrei"),
];

function state(patch: Partial<State> = {}): State {
  const people: Record<number, Author> = {};
  for (const person of [ME, ANNA, ANTON, OLGA, ANDREI]) people[person.id] = person;
  return { ...stateWith([]), people, ...patch };
}

const names = (of: State, query: string, onlyHere = false) =>
  candidates(of, room(), ME.id, query, onlyHere).map(({ username }) => username);

describe("candidates", () => {
  it("puts those who are here first, then those who spoke last, then by name", () => {
    const spoken = stateWith([message(1, { author: ANTON }), message(2, { author: ANDREI })]);
    const held = state({ windows: spoken.windows, online: { [ROOM]: [ANNA.id] } });
    expect(names(held, "an")).toEqual(["anna", "andrei", "anton"]);
  });

  it("puts people of the room before strangers, and beginnings before middles", () => {
    const held = state({ online: { [ROOM]: [OLGA.id] } });
    expect(names(held, "")[0]).toBe("olga");
    expect(names(held, "n")).toEqual(["andrei", "anna", "anton"]);
    expect(names(held, "ga")).toEqual(["olga"]);
  });

  it("finds by any word of the name, in any case, and never oneself", () => {
    const people = { ...state().people, 9: { ...author(9, "zz"), display_name: "Пётр Орлов" } };
    expect(names(state({ people }), "орл")).toEqual(["zz"]);
    expect(names(state({ people }), "петр")).toEqual(["zz"]);
    expect(names(state(), "INES")).toEqual([]);
  });

  it("offers for whispering only who is here", () => {
    const held = state({ online: { [ROOM]: [ME.id, ANTON.id] } });
    expect(names(held, "", true)).toEqual(["anton"]);
  });
});
