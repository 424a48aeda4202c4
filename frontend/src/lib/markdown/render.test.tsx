import { render } from "@testing-library/react";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Markdown, plainText, safeHref } from "./render";

const ALLOWED = new Set(
  "P STRONG EM DEL CODE PRE BLOCKQUOTE UL OL LI TABLE THEAD TBODY TR TH TD HR BR A SPAN".split(" "),
);
const ATTRIBUTES = new Set(["href", "target", "rel", "class", "start", "tabindex"]);

function html(text: string, viewer?: string): string {
  const { container, unmount } = render(<Markdown text={text} viewer={viewer} />);
  const made = container.innerHTML;
  unmount();
  return made;
}

/** Pieces that meet badly, so that arbitrary texts are more than letters. */
const hostile = fc
  .array(
    fc.oneof(
      fc.string({ maxLength: 8 }),
      fc.constantFrom(
        "<script>alert(1)</script>",
        '<img src=x onerror="alert(1)">',
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](data:text/html,x)",
        "[x](vbscript:x)",
        "[x](\tjava\nscript:x)",
        "![i](javascript:x)",
        "<javascript:x>",
        "<https://a.b>",
        "https://a.b/c?d=e",
        "[a]: javascript:x\n[a]",
        "&#106;avascript:",
        "**",
        "__",
        "`",
        "```\n",
        "> ",
        "- ",
        "1. ",
        "|",
        "|-|\n",
        "~~",
        "[",
        "](",
        ")",
        "!",
        "\n",
        "\n\n",
        "    ",
        "@ines",
        "# ",
        "---\n",
        "- [ ] ",
        "\\",
      ),
    ),
    { maxLength: 25 },
  )
  .map((pieces) => pieces.join(""));

describe("whatever anybody writes", () => {
  it("becomes elements and attributes of the list, and links of three schemes", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const { container, unmount } = render(<Markdown text={text} viewer="ines" />);
        for (const element of container.querySelectorAll("*")) {
          expect(ALLOWED).toContain(element.tagName);
          for (const { name } of element.attributes) expect(ATTRIBUTES).toContain(name);
          const href = element.getAttribute("href");
          if (href === null) continue;
          expect(href).toMatch(/^(https?|mailto):/);
          expect(element.getAttribute("rel")).toBe("noopener noreferrer nofollow");
        }
        unmount();
      }),
      { numRuns: 500 },
    );
  });

  it("is readable as plain text", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(typeof plainText(text)).toBe("string");
      }),
    );
  });

  it.each([
    ["quotes in quotes", ">".repeat(16_000)],
    ["brackets", "[".repeat(16_000)],
    ["stars", "*".repeat(16_000)],
    ["open emphasis", "_a ".repeat(5_000)],
    ["ticks", "`a".repeat(8_000)],
    ["lists in lists", "- ".repeat(8_000)],
    ["pictures", "![".repeat(8_000)],
    ["tables", `${"|a".repeat(5_000)}\n${"|-".repeat(3_000)}`],
  ])("does not stop the page: %s", (_name, text) => {
    const start = performance.now();
    plainText(text);
    // Far above what it takes on a busy machine, far below what a blow-up would.
    expect(performance.now() - start).toBeLessThan(5_000);
    expect(html(text)).not.toBe("");
  });
});

describe("markdown", () => {
  it.each([
    ["plain words", "<p>plain words</p>"],
    [
      "**b** *i* ~~d~~ `c<d>`",
      "<p><strong>b</strong> <em>i</em> <del>d</del> <code>c&lt;d&gt;</code></p>",
    ],
    ["one\ntwo", "<p>one<br>two</p>"],
    ["<b>not markup</b>", "<p>&lt;b&gt;not markup&lt;/b&gt;</p>"],
    ["# Title", "<p><strong>Title</strong></p>"],
    ["> quoted", "<blockquote><p>quoted</p></blockquote>"],
    ["- a\n- b", "<ul><li>a</li><li>b</li></ul>"],
    ["3. a\n4. b", '<ol start="3"><li>a</li><li>b</li></ol>'],
    ["- [x] done", "<ul><li>☑ done</li></ul>"],
    ["```js\nlet a;\n```", '<pre tabindex="0"><code>let a;</code></pre>'],
    ["a &amp; b < c", "<p>a &amp;amp; b &lt; c</p>"],
  ])("%j", (text, expected) => {
    expect(html(text)).toBe(expected);
  });

  it("links addresses, with nothing for the other side to see", () => {
    expect(html("see https://parlor.test/a")).toBe(
      '<p>see <a href="https://parlor.test/a" target="_blank" rel="noopener noreferrer nofollow">https://parlor.test/a</a></p>',
    );
    expect(html("[x](javascript:alert(1))")).not.toContain("<a");
    expect(html("[x](/rooms/5)")).not.toContain("<a");
  });

  it("shows pictures as links, and loads none", () => {
    const made = html("![a cat](https://parlor.test/cat.png)");
    expect(made).toContain(">Image: a cat</a>");
    expect(made).not.toContain("<img");
  });

  it("makes a table of cells", () => {
    expect(html("|a|b|\n|-|-|\n|1|2|")).toBe(
      "<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td>1</td><td>2</td></tr></tbody></table>",
    );
  });

  it("nests quotes five deep and no deeper", () => {
    expect(html(`${">".repeat(9)} x`).match(/<blockquote>/g)).toHaveLength(5);
  });
});

describe("mentions", () => {
  it("of the reader stand out, in any case, as words of their own", () => {
    expect(html("hi @Ines, ok", "ines")).toBe('<p>hi <span class="mention">@Ines</span>, ok</p>');
    expect(html("ask @ines.", "ines")).toContain('<span class="mention">@ines</span>.');
    for (const text of ["@inessa", "mail@ines", "@anton", "`@ines`"]) {
      expect(html(text, "ines")).not.toContain("mention");
    }
  });
});

describe("plainText", () => {
  it("leaves the words", () => {
    expect(plainText("# Hi\n\n- **one**\n- `two`\n\n> [three](https://x.y)")).toBe(
      "Hi one two three",
    );
  });
});

describe("safeHref", () => {
  it.each(["javascript:x", "data:text/html,x", "//evil.test", "/path", "", "ftp://x.y", "blob:x"])(
    "refuses %j",
    (href) => {
      expect(safeHref(href)).toBeNull();
    },
  );
});
