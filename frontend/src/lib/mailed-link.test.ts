import { afterEach, describe, expect, it } from "vitest";
import { forgetMailedToken, isMailedPath, mailedToken, takeMailedToken } from "./mailed-link";

afterEach(() => {
  forgetMailedToken();
  history.replaceState(null, "", "/");
});

describe("the token of a mailed link", () => {
  it("is taken out of the address", () => {
    history.replaceState({ kept: 1 }, "", "/reset-password?from=mail#token=abc-1_2");
    expect(takeMailedToken()).toBe(true);
    expect(mailedToken()).toBe("abc-1_2");
    expect(location.href).not.toContain("#");
    expect(location.pathname + location.search).toBe("/reset-password?from=mail");
    expect(history.state).toEqual({ kept: 1 });
  });

  it("stays until another one comes, or it was used", () => {
    history.replaceState(null, "", "/verify-email#token=one");
    takeMailedToken();
    expect(takeMailedToken()).toBe(false);
    expect(mailedToken()).toBe("one");
    history.replaceState(null, "", "/verify-email/#token=two");
    expect(takeMailedToken()).toBe(true);
    expect(mailedToken()).toBe("two");
    forgetMailedToken();
    expect(mailedToken()).toBeNull();
  });

  it("is looked for on the pages of mailed links only", () => {
    history.replaceState(null, "", "/chat/room/1/#token=abc");
    expect(takeMailedToken()).toBe(false);
    expect(location.hash).toBe("#token=abc");
    expect(mailedToken()).toBeNull();
    expect(isMailedPath("/reset-password/")).toBe(true);
    expect(isMailedPath("/reset-passwords")).toBe(false);
  });
});
