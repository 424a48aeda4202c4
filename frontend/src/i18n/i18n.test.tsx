import { act, render } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { problemsOf } from "../../scripts/i18n-check.mjs";
import en from "./en.json";
import {
  formatTag,
  hasText,
  type Key,
  preferred,
  rich,
  setLocale,
  t,
  tagOf,
  useLocale,
} from "./index";
import ru from "./ru.json";

afterEach(async () => {
  localStorage.clear();
  await setLocale("en", false);
});

function Shown() {
  useLocale();
  return <p>{t("common.cancel")}</p>;
}

describe("the texts", () => {
  it("are complete in both languages", () => {
    expect(problemsOf({ en, ru })).toEqual([]);
  });

  it("are checked for keys, plurals and placeholders", () => {
    const base = { a: "A {{x}}", n_one: "{{count}} n", n_other: "{{count}} ns", too_many: "stop" };
    expect(problemsOf({ en: base, ru: base })).toEqual([
      "ru: n_few is missing",
      "ru: n_many is missing",
    ]);
    expect(problemsOf({ en: { a: "A {{x}}", b: "B" }, ru: { a: "A {{y}}", c: "C" } })).toEqual([
      "ru: b is missing",
      "ru: a has other placeholders than en",
      "ru: c is not in en",
    ]);
  });
});

describe("t", () => {
  it("fills placeholders in", () => {
    expect(t("typing.one", { name: "Ines" })).toBe("Ines is typing");
    expect(t("typing.one", { name: "$& {{name}}" })).toBe("$& {{name}} is typing");
  });

  it("chooses the plural of the language", async () => {
    expect(t("rooms.members", { count: 1 })).toBe("1 member");
    expect(t("rooms.members", { count: 1234 })).toBe("1,234 members");
    await setLocale("ru", false);
    const counts = [1, 2, 5, 11, 21, 112].map((count) => t("rooms.members", { count }));
    expect(counts).toEqual([
      "1 участник",
      "2 участника",
      "5 участников",
      "11 участников",
      "21 участник",
      "112 участников",
    ]);
  });

  it("answers the key of a text that is missing, rather than nothing", () => {
    expect(t("no.such.key" as Key)).toBe("no.such.key");
    expect(hasText("no.such.key")).toBe(false);
    expect(hasText("errors.network")).toBe(true);
  });
});

describe("rich", () => {
  it("puts elements into a sentence", () => {
    const { container } = render(<p>{rich("typing.one", { name: <b>Ines</b> })}</p>);
    expect(container.innerHTML).toBe("<p><b>Ines</b> is typing</p>");
  });
});

describe("the language", () => {
  it("is the first known one of the browser's", () => {
    expect(preferred(["de-DE", "ru-RU", "en"])).toBe("ru");
    expect(preferred(["de"])).toBe("en");
    expect(preferred([])).toBe("en");
  });

  it("formats with the person's own region", () => {
    expect(tagOf("en", ["en", "en-AU"])).toBe("en-AU");
    expect(tagOf("en", ["en"])).toBe("en-GB");
    expect(tagOf("ru", ["en-US"])).toBe("ru-RU");
  });

  it("is the one that was asked for last, however long its texts take", async () => {
    await Promise.all([setLocale("ru", false), setLocale("en", false)]);
    expect(t("common.cancel")).toBe("Cancel");
  });

  it("changes what is shown, the document and the next visit", async () => {
    const { container } = render(<Shown />);
    await act(() => setLocale("ru"));
    expect(container.textContent).toBe("Отмена");
    expect(document.documentElement.lang).toBe("ru");
    expect(localStorage.getItem("parlor.locale")).toBe("ru");
    expect(formatTag()).toBe("ru-RU");
  });
});
