import { describe, expect, it } from "vitest";
import { fileSize, kindOf, safeName } from "./file";

describe("the size of a file", () => {
  it.each([
    [0, /^0 bytes$/],
    [812, /^812 bytes$/],
    [1024, /^1 kB$/],
    [1_300_000, /^1\.2 MB$/],
    [8 * 1024 * 1024, /^8 MB$/],
  ])("%d", (bytes, text) => {
    expect(fileSize(bytes)).toMatch(text);
  });
});

describe("the name of a file", () => {
  it("is no path and holds nothing invisible", () => {
    expect(safeName("a/b\\c.txt")).toBe("a_b_c.txt");
    expect(safeName("gnp.\u202Eexe")).toBe("gnp._exe");
    expect(safeName("..")).toBe("file");
    expect(safeName("  ")).toBe("file");
    expect(safeName("отчёт за май.pdf")).toBe("отчёт за май.pdf");
  });

  it("keeps its ending where it is cut", () => {
    const name = safeName(`${"ж".repeat(300)}.tar.gz`);
    expect([...name]).toHaveLength(255);
    expect(name.endsWith("ж.gz") || name.endsWith(".gz")).toBe(true);
  });
});

it("knows what a file is by its type, or by its ending", () => {
  expect(kindOf("a.png", "image/png")).toBe("picture");
  expect(kindOf("a.zip", "application/octet-stream")).toBe("archive");
  expect(kindOf("a.pdf", "application/pdf")).toBe("text");
  expect(kindOf("a.mp4", "video/mp4")).toBe("film");
  expect(kindOf("a.bin", "application/octet-stream")).toBe("other");
});
