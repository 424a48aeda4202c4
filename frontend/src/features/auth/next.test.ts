import { describe, expect, it } from "vitest";
import { safeNext, withNext } from "./next";
import { usernameProblem } from "./username";

describe("safeNext", () => {
  it("leads back to addresses of this client", () => {
    expect(safeNext("/chat/room/5/?at=3")).toBe("/chat/room/5/?at=3");
  });

  it.each([
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "javascript:alert(1)",
    "",
    null,
  ])("does not lead to %j", (value) => expect(safeNext(value)).toBe("/"));

  it("does not lead in circles", () => {
    expect(safeNext("/login/")).toBe("/");
    expect(safeNext("/signup/?next=/chat/")).toBe("/");
  });

  it("comes out of an address as it went in", () => {
    const address = withNext("/login/", "/chat/room/5/?at=3");
    expect(new URL(address, "http://x").searchParams.get("next")).toBe("/chat/room/5/?at=3");
    expect(withNext("/login/", "/")).toBe("/login/");
  });
});

describe("usernameProblem", () => {
  it.each(["ines", "Ines_Duarte", "даша.л", "a1", "x-y"])("takes %s", (name) => {
    expect(usernameProblem(name)).toBeNull();
  });

  it("says what is wrong with others", () => {
    expect(usernameProblem("a")).toBe("auth.username_short");
    expect(usernameProblem("a".repeat(33))).toBe("auth.username_long");
    expect(usernameProblem("two words")).toBe("auth.username_characters");
    expect(usernameProblem("ines@home")).toBe("auth.username_characters");
    expect(usernameProblem("pаypal")).toBe("auth.username_scripts");
  });
});
