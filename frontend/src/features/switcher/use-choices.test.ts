import { expect, it } from "vitest";
import { ANTON, me, room } from "../../realtime/testing/fixtures";
import type { Profile } from "../../realtime/types";
import { type Choice, combine, isSure } from "./use-choices";

const anton: Profile = { ...me(), ...ANTON };
const kenji: Profile = { ...me(), id: 9, username: "kenji", display_name: "Kenji Mori" };
const general = room({ id: 1, name: "general" });
const releases = room({ id: 2, name: "new releases" });
const direct = room({ id: 3, kind: "direct", name: "", peer: anton });
const cooking = room({ id: 4, name: "gentle cooking", me: null });

const names = (choices: readonly Choice[]) =>
  choices.map((choice) => {
    if (choice.kind === "room") return choice.room.peer?.display_name ?? choice.room.name;
    if (choice.kind === "search") return `?${choice.text}`;
    return choice.kind === "person" ? choice.profile.display_name : `+${choice.name}`;
  });

it("lists one's own rooms before anything is typed", () => {
  expect(names(combine("", [general, direct], [cooking], [kenji], 1))).toEqual([
    "general",
    "Anton",
  ]);
});

it("puts beginnings before later words, own rooms before others, and offers to make one", () => {
  const choices = combine("re", [general, releases], [], [], 1);
  expect(names(choices)).toEqual(["new releases", "+re", "?re"]);
  expect(names(combine("gen", [releases, general], [cooking], [], 1))).toEqual([
    "general",
    "gentle cooking",
    "+gen",
    "?gen",
  ]);
});

it("finds people by name, leaves out oneself and those who have a room already", () => {
  const myself: Profile = { ...me(), id: 1 };
  expect(names(combine("n", [direct], [], [myself, anton, kenji], 1))).toEqual([
    "Anton",
    "Kenji Mori",
    "+n",
    "?n",
  ]);
});

it("offers no room of a name that is there, nor one for a person", () => {
  expect(names(combine("#General", [general], [], [], 1))).toEqual(["general", "?#General"]);
  expect(names(combine("@anton", [direct], [], [], 1))).toEqual(["Anton", "?@anton"]);
});

it("is sure before the server answers of what has these letters, and of nothing to make", () => {
  const sure = combine("mori", [], [cooking], [kenji, anton], 1).filter((choice) =>
    isSure(choice, "mori"),
  );
  expect(names(sure)).toEqual(["Kenji Mori", "?mori"]);
});
