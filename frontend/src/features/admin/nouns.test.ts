import { describe, expect, it } from "vitest";
import contract from "../../../../openapi/openapi.json";
import { hasText, setLocale } from "../../i18n";
import { NOUNS } from "./nouns";
import { finerThan, spanOf } from "./use-query";

interface Operation {
  parameters?: { name: string }[];
}

const paths = contract.paths as unknown as Record<string, Record<string, Operation>>;

describe("what is administered", () => {
  it.each(NOUNS)("$name is asked for by what the contract knows", (noun) => {
    const known = paths[`/api/admin/${noun.name}`]?.get?.parameters?.map(({ name }) => name);
    for (const { field } of noun.filters) expect(known).toContain(field);
    for (const field of ["search", "ordering", "cursor", "limit", "dates", "after", "before"]) {
      expect(known).toContain(field);
    }
    if (noun.actions.length > 0) {
      expect(paths[`/api/admin/${noun.name}/bulk`]).toHaveProperty("post");
    }
    if (noun.add && noun.name !== "memberships") {
      expect(paths[`/api/admin/${noun.name}`]).toHaveProperty("post");
    }
  });

  it.each(["en", "ru"] as const)("has words for every choice, %s", async (locale) => {
    await setLocale(locale, false);
    const words = NOUNS.flatMap((noun) => [...noun.filters, ...noun.inputs]).flatMap(
      (field) => field.words ?? [],
    );
    for (const word of words) expect(hasText(`admin.value.${word}`), word).toBe(true);
    await setLocale("en", false);
  });
});

describe("a date", () => {
  it("is a span of moments, from its first to the next one's", () => {
    expect(spanOf("2026")).toEqual({
      after: "2026-01-01T00:00:00.000Z",
      before: "2027-01-01T00:00:00.000Z",
    });
    expect(spanOf("2026-12")).toEqual({
      after: "2026-12-01T00:00:00.000Z",
      before: "2027-01-01T00:00:00.000Z",
    });
    expect(spanOf("2024-02-29")).toEqual({
      after: "2024-02-29T00:00:00.000Z",
      before: "2024-03-01T00:00:00.000Z",
    });
  });

  it.each(["", "yesterday", "26", "2026-1", "2026-11-20T00"])("is not %j", (text) => {
    expect(spanOf(text)).toBeNull();
  });

  it("is divided until it is a day", () => {
    expect(["", "2026", "2026-11", "2026-11-20"].map(finerThan)).toEqual([
      "year",
      "month",
      "day",
      null,
    ]);
  });
});
