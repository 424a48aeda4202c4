import { describe, expect, it } from "vitest";
import { programOf } from "./user-agent";

describe("programOf", () => {
  it.each([
    ["Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox", "Linux"],
    [
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0",
      "Edge",
      "Windows",
    ],
    [
      "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15",
      "Safari",
      "macOS",
    ],
    [
      "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36",
      "Chrome",
      "Android",
    ],
    [
      "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/126.0 Mobile/15E148 Safari/604.1",
      "Chrome",
      "iPhone",
    ],
  ])("reads %s", (text, name, system) => {
    expect(programOf(text)).toMatchObject({ name, system });
  });

  it("takes programs by the name they give themselves", () => {
    expect(programOf("curl/8.5.0")).toEqual({ name: "curl/8.5.0", system: null, isPhone: false });
    expect(programOf("parlor-bot 1.0 (+https://example.org)")?.name).toBe("parlor-bot");
  });

  it("knows phones", () => {
    expect(programOf("Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) Safari/1")?.isPhone).toBe(true);
    expect(programOf("Mozilla/5.0 (X11; Linux x86_64) Firefox/1")?.isPhone).toBe(false);
  });

  it("says nothing of nothing", () => {
    expect(programOf(null)).toBeNull();
    expect(programOf("  ")).toBeNull();
  });
});
