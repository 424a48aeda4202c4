import { describe, expect, it } from "vitest";
import { isWhisperCommand, replaced, triggerAt, whisperCommand } from "./trigger";

const at = (text: string) => triggerAt(text, text.length);

describe("triggerAt", () => {
  it("finds a name after an at sign that begins a word", () => {
    expect(at("@")).toEqual({ kind: "mention", query: "", from: 0, to: 1 });
    expect(at("Hi @ине")).toEqual({ kind: "mention", query: "ине", from: 3, to: 7 });
    expect(at("(@in")).toMatchObject({ kind: "mention", query: "in", from: 1 });
    expect(at("mail@in")).toBeNull();
    expect(at("@in es")).toBeNull();
  });

  it("looks at what is before the caret only", () => {
    expect(triggerAt("@ines and others", 3)).toMatchObject({ query: "in", from: 0, to: 3 });
  });

  it("finds an emoji from two letters on", () => {
    expect(at(":ta")).toEqual({ kind: "emoji", query: "ta", from: 0, to: 3 });
    expect(at("so :tada")).toMatchObject({ kind: "emoji", query: "tada" });
    for (const text of [":", ":t", ":)", "12:30", "note:ta", "std::vec"])
      expect(at(text)).toBeNull();
  });

  it("finds whom a command is for", () => {
    expect(at("/w ")).toEqual({ kind: "whisper", query: "", from: 0, to: 3 });
    expect(at("/pm @ine")).toMatchObject({ kind: "whisper", query: "ine", from: 0, to: 8 });
    expect(at("/w ines hello")).toBeNull();
    expect(at("say /w in")).toBeNull();
  });
});

describe("whisperCommand", () => {
  it("takes the name and what follows it", () => {
    expect(whisperCommand("/w ines")).toEqual({ name: "ines", body: "", isWhole: false });
    expect(whisperCommand("/pm @ines two\nlines")).toEqual({
      name: "ines",
      body: "two\nlines",
      isWhole: true,
    });
  });

  it("is nothing else", () => {
    for (const text of ["/w", "/w ", "/whisper ines", "a /w ines b", "/W ines"]) {
      expect(whisperCommand(text)).toBeNull();
    }
  });

  it("is known by its first letters, so that it is never sent to the room", () => {
    for (const text of ["/w", "/w ", "/pm ines"]) expect(isWhisperCommand(text)).toBe(true);
    for (const text of ["/whatever", "w ines", "/"]) expect(isWhisperCommand(text)).toBe(false);
  });
});

it("replaces a part and puts the caret behind it", () => {
  expect(replaced("Hi @in!", 3, 6, "@ines ")).toEqual({ text: "Hi @ines !", caret: 9 });
});
