import fc from "fast-check";
import { Lexer, type Token, type Tokens } from "marked";
import { describe, expect, it } from "vitest";
import { parse } from "./blocks";
import type { Block, Inline } from "./tokens";

/** What marked makes of a text, in our tokens: marked is the yardstick, not part of the client. */
function expected(text: string): Block[] {
  return new Lexer({ gfm: true, breaks: true }).lex(text).flatMap(blockOf);
}

function blockOf(token: Token): Block[] {
  switch (token.type) {
    case "space":
    case "def":
      return [];
    case "paragraph":
    case "heading":
      return [{ type: token.type, tokens: trimmed(inlinesOf(token.tokens)) }];
    case "text":
      return [{ type: "line", tokens: inlinesOf(token.tokens) }];
    case "code":
      return [{ type: "code", text: token.text }];
    case "html":
      return [{ type: "html", text: token.text.trimEnd() }];
    case "blockquote":
      return [{ type: "quote", tokens: (token.tokens ?? []).flatMap(blockOf) }];
    case "list": {
      const { ordered, start, items } = token as Tokens.List;
      return [
        {
          type: "list",
          start: ordered ? Number(start) : null,
          items: items.map((item) => itemOf(item.tokens)),
        },
      ];
    }
    case "table": {
      const { header, rows } = token as Tokens.Table;
      const cells = (row: Tokens.TableCell[]) => row.map((cell) => inlinesOf(cell.tokens));
      return [{ type: "table", header: cells(header), rows: rows.map(cells) }];
    }
    case "hr":
      return [{ type: "hr" }];
    default:
      throw new Error(`a block of another kind: ${token.type}`);
  }
}

/** A task's box stands before the line of a dense item, and inside the paragraph of a loose one. */
function itemOf(tokens: Token[]): Block[] {
  const [first, ...rest] = tokens;
  if (first?.type !== "checkbox") return tokens.flatMap(blockOf);
  const blocks = rest.flatMap(blockOf);
  const line = blocks[0];
  if (line && "tokens" in line && line.type !== "quote") line.tokens.unshift(...inlineOf(first));
  return blocks;
}

function inlinesOf(tokens: Token[] = []): Inline[] {
  return joined(tokens.flatMap(inlineOf));
}

function inlineOf(token: Token): Inline[] {
  switch (token.type) {
    case "text":
    case "escape":
    case "html":
      return [{ type: "text", text: "text" in token ? token.text : token.raw }];
    case "strong":
    case "em":
    case "del":
      return [{ type: token.type, tokens: inlinesOf(token.tokens) }];
    case "codespan":
      return [{ type: "code", text: token.text }];
    case "br":
      return [{ type: "br" }];
    case "link": {
      const { href, raw, tokens } = token as Tokens.Link;
      return [{ type: "link", href, raw, tokens: inlinesOf(tokens) }];
    }
    case "image": {
      const { href, raw, text } = token as Tokens.Image;
      return [{ type: "image", href, raw, text }];
    }
    case "checkbox":
      return [{ type: "checkbox", isChecked: (token as Tokens.Checkbox).checked }];
    default:
      throw new Error(`an inline of another kind: ${token.type}`);
  }
}

/** Where one text ends and the next begins says nothing. */
function joined(tokens: Inline[]): Inline[] {
  const list: Inline[] = [];
  for (const token of tokens) {
    const last = list.at(-1);
    if (token.type === "text" && last?.type === "text") last.text += token.text;
    else list.push({ ...token });
  }
  return list;
}

/** Nor do spaces at the ends of a paragraph: a browser shows none. */
function trimmed(tokens: Inline[]): Inline[] {
  const [first, last] = [tokens.at(0), tokens.at(-1)];
  if (first?.type === "text") first.text = first.text.trimStart();
  if (last?.type === "text") last.text = last.text.trimEnd();
  return tokens;
}

const CORPUS = [
  "plain words",
  "one\ntwo  \nthree\n\nfour",
  "one\\\ntwo",
  "  spaces around  ",
  "**b** *i* ***both*** __b__ _i_ ~~d~~ ~d~",
  "**bold *and* more** *i **and** more*",
  "**a*b*c** *a**b**c*",
  "snake_case_name and 2*3*4 and a ** b ** c",
  "* not emphasis * nor _ this _",
  "**open *open ~~open",
  "*a **b*",
  "(**a**) «**б**» „*c*“",
  "**Привет**, _мир_!",
  "**(a)**b **a.**b",
  "`code` ``co`de`` ` a ` `` ` `` `open",
  "*a `b*` c*",
  "\\*a\\* \\[b\\] \\\\ \\a",
  "[x](https://a.test) [y](<https://a.test/b c>) [z](https://a.test 'title') [e]()",
  '[a (b)](https://a.test/c_(d) "t") [[b]](https://a.test)',
  "[**b** `c`](https://a.test)",
  "![a cat](https://a.test/cat.png) ![](x) [![i](https://a.test/i)](https://a.test)",
  "[a][r] [r][] [r] [unknown] [a][unknown]\n\n[r]: https://a.test 'title'\n[s]: <https://b.test>",
  '<https://a.test/?b=c> <ann@a.test> <b>not markup</b> <i title="*x*">',
  "https://a.test/b?c=d#e, (https://a.test/f) https://a.test/g_(h). www.a.test/i!",
  "**https://a.test** *see https://a.test/x_y_z*",
  "write to ann@a.test, or ann.b+c@sub.a.test.",
  "see https://a.test/a*b*c and ftp://a.test",
  "# One\n## Two ##\n### Three\nfour",
  "One\n===\n\nTwo\n---\n\nthree\nfour\n---",
  "#nothing\n####### nothing",
  "a\n\n---\n\nb\n***\nc\n\n_ _ _",
  "> a\n> b\n\n> c",
  "> a\nlazy\n\nnot",
  "> a\n> > b\n> > c\n>\n> d",
  "> - a\n> - b\n>\n> ```\n> c\n> ```",
  "- a\n- b\n- c",
  "* a\n* b\n\n+ c\n+ d",
  "1. a\n2. b\n\n7) c\n8) d",
  "- a\n\n- b\n- c",
  "- a\n  - b\n    - c\n  - d\n- e",
  "- a\n  b\nlazy\n- c",
  "- a\n\n  b\n- c",
  "1. a\n   - b\n   - c\n2. d",
  "- a\n\n      code\n- b\n  ```\n  c\n  ```",
  "- [ ] a\n- [x] b\n- [X] **c**\n- [] d",
  "text\n- a\n- b\ntext\n1. c",
  "text\n2. no list",
  "-\n- a",
  "```js\nlet a;\n\n  let b;\n```\nafter",
  "~~~\na\n```\nb\n~~~",
  "````\n```\n````",
  "```\nopen\nfence",
  "  ```\n  a\n    b\n  ```",
  "text\n```\na\n```\ntext",
  "    code\n\n    code\n\ntext\n    no code",
  "\tcode\n\ttab",
  "|a|b|\n|-|-|\n|1|2|",
  "a | b\n:-- | --:\n1 | **2**\n3 | 4 | 5\n6",
  "|a\\|b|`c`|\n|:-:|---|\n| x |\n\nafter",
  "text\n\n|a|\n|-|\n|1|\n> quote",
  "a | b\n- c",
  "<div>\n*a*\n</div>\n\nb",
  "a < b > c & d &amp; e",
  "@ann #room :smile: 10:30 a/b 100%",
  "Привет, как дела?\nСмотри: https://a.test/путь",
  "🍵 **🍵** _🍵_",
  "",
  "\n\n\n",
  "a\r\nb\r\rc",
];

/** Constructs as people write them, to be put together in any order. */
const word = fc.constantFrom("tea", "water", "чай", "10", "a_b", "it's", "🍵", "(so)", "x.");
const phrase = fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join(" "));
const span: fc.Arbitrary<string> = fc.oneof(
  phrase,
  word.map((text) => `**${text}**`),
  word.map((text) => `*${text}*`),
  word.map((text) => `_${text}_`),
  word.map((text) => `~~${text}~~`),
  phrase.map((text) => `\`${text}\``),
  phrase.map((text) => `**${text} *${text}* ${text}**`),
  phrase.map((text) => `[${text}](https://a.test/b)`),
  fc.constantFrom("https://a.test/b?c=d", "<https://a.test>", "ann@a.test", "\\*", "@ann"),
);
const line = fc.array(span, { minLength: 1, maxLength: 4 }).map((spans) => spans.join(" "));
const lines = fc.array(line, { minLength: 1, maxLength: 3 });
const block = fc.oneof(
  lines.map((all) => all.join("\n")),
  line.map((text) => `## ${text}`),
  lines.map((all) => all.map((text) => `> ${text}`).join("\n")),
  lines.map((all) => all.map((text) => `- ${text}`).join("\n")),
  lines.map((all) => all.map((text, at) => `${at + 1}. ${text}`).join("\n")),
  lines.map((all) => all.map((text, at) => `${"  ".repeat(at)}- ${text}`).join("\n")),
  lines.map((all) => all.map((text) => `- [x] ${text}`).join("\n")),
  lines.map((all) => `\`\`\`\n${all.join("\n")}\n\`\`\``),
  fc.constantFrom("***", "|tea|water|\n|-|-|\n|**1**|2|"),
);
const message = fc
  .array(block, { minLength: 1, maxLength: 4 })
  .map((blocks) => blocks.join("\n\n"));

describe("what marked reads", () => {
  it.each(CORPUS)("%j", (text) => {
    expect(parse(text)).toEqual(expected(text));
  });

  it("in any message that is made of what people write", () => {
    fc.assert(
      fc.property(message, (text) => {
        expect(parse(text)).toEqual(expected(text));
      }),
      { numRuns: 1_000 },
    );
  });
});

/** Everything that a reader sees or follows, in order. */
function wordsOf(tokens: (Block | Inline)[]): string {
  return tokens
    .map((token): string => {
      switch (token.type) {
        case "text":
        case "code":
        case "html":
          return token.text;
        case "image":
          return token.raw;
        case "link":
          return `${wordsOf(token.tokens)} ${token.href}`;
        case "list":
          return token.items.map(wordsOf).join(" ");
        case "table":
          return [token.header, ...token.rows].flat().map(wordsOf).join(" ");
        case "br":
        case "hr":
        case "checkbox":
          return " ";
        default:
          return wordsOf(token.tokens);
      }
    })
    .join("");
}

describe("any text", () => {
  const marks = fc.constantFrom(
    ..."* ** *** _ __ ~ ~~ ` `` ``` > - + # ## ! [ ] ( ) ]( < > \\ : / @ = --- === 1. 2)".split(
      " ",
    ),
    " ",
    "  ",
    "\n",
    "\n\n",
    "    ",
    "\t",
    "- [ ] ",
    "<div>",
    "https://",
  );
  /** Pieces that meet badly; `w7` and the like are what must not get lost. */
  const wild = fc.array(fc.oneof(marks, fc.constant("w")), { maxLength: 60 }).map((pieces) => {
    return pieces.map((piece, at) => (piece === "w" ? `w${100 + at}` : piece)).join("");
  });

  it("keeps its words, in their order", () => {
    fc.assert(
      fc.property(
        // Not shown are: definitions, targets of links, the language of a block of code.
        wild.filter((text) => !/\]:|\]\(|(?:```|~~~)[^\n]*w/.test(text)),
        (text) => {
          const words = text.match(/w\d{3}/g) ?? [];
          const kept = wordsOf(parse(text)).match(/w\d{3}/g) ?? [];
          expect([...new Set(kept)]).toEqual(words);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it("is read", () => {
    fc.assert(
      fc.property(fc.oneof(wild, fc.string({ unit: "binary", maxLength: 80 })), (text) => {
        expect(Array.isArray(parse(text))).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ["nested quotes", "> ".repeat(8_000)],
    ["nested items", "- ".repeat(8_000)],
    ["deep items", Array.from({ length: 170 }, (_, at) => `${" ".repeat(at)}- a`).join("\n")],
    ["long runs", "*".repeat(16_000)],
    ["emphasis in emphasis", "*a ".repeat(2_600) + " a*".repeat(2_600)],
    ["links in links", `${"[".repeat(3_000)}a${"](b)".repeat(3_000)}`],
    ["open brackets", "[a](".repeat(4_000)],
    ["addresses", "www.a".repeat(3_200)],
    ["closing brackets", `https://a.test${")".repeat(15_000)}`],
    ["e-mails", "a@".repeat(8_000)],
    ["dots", `a@${"a.".repeat(7_900)}_`],
    ["spaces", `# a${" ".repeat(15_000)}b`],
    ["spaces in lines", `a${" ".repeat(15_000)}\nb`],
    ["tags", "<a b='".repeat(2_600)],
    ["fences", "```\n".repeat(4_000)],
    ["lazy lines", `> a\n${"b\n".repeat(7_900)}`],
    ["items of one line", "- a\n".repeat(4_000)],
    ["ticks of every length", Array.from({ length: 170 }, (_, at) => "`".repeat(at)).join(" ")],
    ["a wide table", `${"|a".repeat(3_000)}\n${"|-".repeat(3_000)}\n${"|b\n".repeat(1_300)}`],
    ["a long table", `${"|a".repeat(60)}\n${"|-".repeat(60)}\n${"|b\n".repeat(5_000)}`],
    ["definitions", "[a]: b\n".repeat(2_200)],
  ])("takes no time and nests in bounds: %s", (_name, text) => {
    const start = performance.now();
    const blocks = parse(text);
    expect(performance.now() - start).toBeLessThan(2_000);
    expect(depthOf(blocks)).toBeLessThan(300);
  });
});

function depthOf(tokens: readonly unknown[]): number {
  let deepest = 0;
  for (const token of tokens) {
    if (typeof token !== "object" || token === null) continue;
    for (const inner of Object.values(token)) {
      if (Array.isArray(inner)) deepest = Math.max(deepest, depthOf(inner.flat()) + 1);
    }
  }
  return deepest;
}
