import { afterEach, describe, expect, it } from "vitest";
import { setLocale } from "../i18n";
import { clock, dayKey, dayLabel, fullTime, shortTime } from "./time";

const NOW = Date.parse("2026-11-18T15:00:00Z");

afterEach(() => setLocale("en", false));

describe("times", () => {
  it("are shown by the clock of the region, not of the bare language", async () => {
    await setLocale("ru", false);
    expect(clock("2026-11-16T09:12:00Z")).toBe("09:12");
    expect(clock("2026-11-16T21:12:00Z")).toBe("21:12");
  });

  it("name near days, and the year of far ones", async () => {
    await setLocale("ru", false);
    expect(dayLabel("2026-11-18T00:00:00Z", NOW)).toBe("Сегодня");
    expect(dayLabel("2026-11-17T23:59:00Z", NOW)).toBe("Вчера");
    expect(dayLabel("2026-11-16T12:00:00Z", NOW)).toBe("понедельник, 16 ноября");
    expect(dayLabel("2024-02-29T12:00:00Z", NOW)).toContain("2024");
  });

  it("are short in lists", async () => {
    await setLocale("ru", false);
    expect(shortTime("2026-11-18T09:12:00Z", NOW)).toBe("09:12");
    expect(shortTime("2026-11-16T09:12:00Z", NOW)).toBe("пн");
    expect(shortTime("2026-11-03T09:12:00Z", NOW)).toMatch(/^3 нояб/);
    expect(shortTime("2024-11-03T09:12:00Z", NOW)).toContain("2024");
  });

  it("are told by day", () => {
    expect(dayKey("2026-11-18T00:00:00Z")).toBe(dayKey("2026-11-18T23:59:59Z"));
    expect(dayKey("2026-11-18T00:00:00Z")).not.toBe(dayKey("2026-11-19T00:00:00Z"));
  });

  it("that are broken are empty, and break nothing", () => {
    expect(clock("nonsense")).toBe("");
    expect(fullTime("")).toBe("");
    expect(dayLabel("nonsense", NOW)).toBe("");
  });
});
