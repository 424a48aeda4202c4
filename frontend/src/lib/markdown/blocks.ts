/**
 * Reads a text's blocks, line by line: paragraphs, quotes, lists, code, tables, by the rules of
 * CommonMark with GitHub's tables and tasks. The lines of a quote or an item are taken out of it
 * and read in the same way. Whatever is no block is a paragraph: no input is an error.
 */
import { inlines } from "./inlines";
import { indentOf, isBlank, isTask, LineKind, unindented } from "./lines";
import { cellsOf, isTable } from "./tables";
import { type Block, definitionKey, type Inline } from "./tokens";

/** Quotes and lists inside of each other, at most: what is deeper is shown as it was typed. */
const DEPTH_MAX = 20;

/** Rows of a table that are filled up to its width, at most. */
const FILLED_MAX = 100;

/** What a text consists of. */
export function parse(text: string): Block[] {
  const reader = new Reader();
  const { blocks } = reader.read(text.replace(/\r\n?/g, "\n").split("\n"), 0);
  reader.finish();
  return blocks;
}

interface Read {
  blocks: Block[];
  /** Whether two of them are apart by an empty line: a list with such an item is not dense. */
  isSpaced: boolean;
}

class Reader {
  readonly #definitions = new Map<string, string>();
  /** Lines that are read when every definition is known, and the tokens they become. */
  readonly #waiting: [tokens: Inline[], text: string][] = [];

  /** Reads what stands in the lines, once all blocks are known. */
  finish(): void {
    for (const [tokens, text] of this.#waiting) {
      for (const token of inlines(text, this.#definitions)) tokens.push(token);
    }
  }

  read(lines: string[], depth: number): Read {
    const blocks: Block[] = [];
    let isSpaced = false;
    let isApart = false;
    for (let at = 0; at < lines.length; ) {
      if (isBlank(lines[at] ?? "")) {
        isApart = blocks.length > 0;
        at += 1;
        continue;
      }
      isSpaced ||= isApart;
      isApart = false;
      at = this.#block(lines, at, depth, blocks);
    }
    return { blocks, isSpaced };
  }

  /** Reads the block that begins at a line; answers the line after it. */
  #block(lines: string[], at: number, depth: number, blocks: Block[]): number {
    const line = lines[at] ?? "";
    if (depth > DEPTH_MAX) return this.#paragraph(lines, at, lines.length, blocks);
    if (indentOf(line) >= 4) return indentedCode(lines, at, blocks);
    const fence = LineKind.fence.exec(line);
    if (fence) return fencedCode(lines, at, fence, blocks);
    if (LineKind.heading.test(line)) {
      blocks.push({ type: "heading", tokens: this.#later(headingOf(line)) });
      return at + 1;
    }
    if (LineKind.rule.test(line)) {
      blocks.push({ type: "hr" });
      return at + 1;
    }
    if (LineKind.quote.test(line)) return this.#quote(lines, at, depth, blocks);
    if (LineKind.item.test(line)) return this.#list(lines, at, depth, blocks);
    if (LineKind.html.test(line)) return html(lines, at, blocks);
    if (isTable(line, lines[at + 1])) return this.#table(lines, at, blocks);
    const definition = LineKind.definition.exec(line);
    if (definition) {
      const key = definitionKey(definition[1] ?? "");
      // The first of a name holds.
      if (!this.#definitions.has(key)) {
        this.#definitions.set(key, definition[2] ?? definition[3] ?? "");
      }
      return at + 1;
    }
    let end = at + 1;
    while (end < lines.length && !endsParagraph(lines, end)) end += 1;
    return this.#paragraph(lines, at, end, blocks);
  }

  #paragraph(lines: string[], from: number, end: number, blocks: Block[]): number {
    const text = lines
      .slice(from, end)
      .map((line) => line.trimStart())
      .join("\n");
    const isHeading = LineKind.underline.test(lines[end] ?? "");
    blocks.push({
      type: isHeading ? "heading" : "paragraph",
      tokens: this.#later(text),
    });
    return isHeading ? end + 1 : end;
  }

  #quote(lines: string[], from: number, depth: number, blocks: Block[]): number {
    const inner = new Inner();
    let at = from;
    for (; at < lines.length; at += 1) {
      const line = lines[at] ?? "";
      const mark = LineKind.quote.exec(line);
      if (mark) inner.add(line.slice(mark[0].length));
      else if (inner.goesOn(line)) inner.add(line);
      else break;
    }
    blocks.push({ type: "quote", tokens: this.read(inner.lines, depth + 1).blocks });
    return at;
  }

  #list(lines: string[], from: number, depth: number, blocks: Block[]): number {
    const first = markOf(lines[from] ?? "");
    const items: Read[] = [];
    let isLoose = false;
    let at = from;
    while (at < lines.length && markOf(lines[at] ?? "").at(-1) === first.at(-1)) {
      const { inner, end } = itemOf(lines, at);
      const isLast = markOf(lines[end] ?? "").at(-1) !== first.at(-1);
      while (inner.lines.length > 1 && isBlank(inner.lines.at(-1) ?? "")) {
        inner.lines.pop();
        isLoose ||= !isLast;
      }
      items.push(this.#item(inner.lines, depth));
      at = end;
    }
    isLoose ||= items.some((item) => item.isSpaced);
    for (const { blocks: inner } of isLoose ? [] : items) {
      for (const block of inner) if (block.type === "paragraph") block.type = "line";
    }
    const start = Number.parseInt(first, 10);
    blocks.push({
      type: "list",
      start: Number.isNaN(start) ? null : start,
      items: items.map((item) => item.blocks),
    });
    return at;
  }

  #item(lines: string[], depth: number): Read {
    const task = isTask.exec(lines[0] ?? "");
    if (!task) return this.read(lines, depth + 1);
    const rest = [(lines[0] ?? "").slice(task[0].length), ...lines.slice(1)];
    const read = this.read(rest, depth + 1);
    const first = read.blocks[0];
    if (first?.type === "paragraph") {
      first.tokens.push({ type: "checkbox", isChecked: task[1] !== " " });
    }
    return read;
  }

  #table(lines: string[], from: number, blocks: Block[]): number {
    const header = cellsOf(lines[from] ?? "");
    const rows: Inline[][][] = [];
    let at = from + 2;
    while (at < lines.length && !isBlank(lines[at] ?? "") && !startsBlock(lines[at] ?? "")) {
      const cells = cellsOf(lines[at] ?? "");
      // Short rows are filled up, except where that would make a huge table of a small text.
      const width = rows.length < FILLED_MAX ? header.length : cells.length;
      rows.push(header.slice(0, width).map((_, column) => this.#later(cells[column] ?? "")));
      at += 1;
    }
    blocks.push({ type: "table", header: header.map((cell) => this.#later(cell)), rows });
    return at;
  }

  #later(text: string): Inline[] {
    const tokens: Inline[] = [];
    this.#waiting.push([tokens, text.trim()]);
    return tokens;
  }
}

/** The lines of a quote or an item, and whether a line without its mark still belongs to them. */
class Inner {
  readonly lines: string[] = [];
  #fence = "";

  add(line: string): void {
    this.lines.push(line);
    const mark = LineKind.fence.exec(line)?.[1] ?? "";
    if (!this.#fence) this.#fence = mark;
    else if (mark.startsWith(this.#fence)) this.#fence = "";
  }

  /** A paragraph may go on without the mark, anything else may not. */
  goesOn(line: string): boolean {
    const last = (this.lines.at(-1) ?? "").replace(LineKind.marks, "");
    return (
      !this.#fence &&
      !isBlank(last) &&
      !isBlank(line) &&
      indentOf(last) < 4 &&
      !LineKind.heading.test(last) &&
      !LineKind.rule.test(last) &&
      !startsBlock(line)
    );
  }
}

function itemOf(lines: string[], from: number): { inner: Inner; end: number } {
  const line = lines[from] ?? "";
  const mark = LineKind.item.exec(line)?.[0] ?? "";
  const rest = line.slice(mark.length);
  const padding = indentOf(rest);
  // More than four spaces after the mark are code inside of the item.
  const width = mark.length + (isBlank(rest) || padding > 4 ? 1 : padding);
  const inner = new Inner();
  inner.add(unindented(rest, width - mark.length));
  let at = from + 1;
  for (; at < lines.length; at += 1) {
    const next = lines[at] ?? "";
    if (isBlank(next)) {
      // An item that begins with an empty line holds nothing that comes after another.
      if (inner.lines.every(isBlank)) break;
      inner.add("");
    } else if (indentOf(next) >= width) inner.add(unindented(next, width));
    else if (LineKind.item.test(next) || !inner.goesOn(next)) break;
    else inner.add(next);
  }
  return { inner, end: at };
}

function indentedCode(lines: string[], from: number, blocks: Block[]): number {
  let at = from;
  let end = from;
  for (; at < lines.length; at += 1) {
    const line = lines[at] ?? "";
    if (isBlank(line)) continue;
    if (indentOf(line) < 4) break;
    end = at + 1;
  }
  const text = lines.slice(from, end).map((line) => unindented(line, 4));
  blocks.push({ type: "code", text: text.join("\n") });
  return end;
}

function fencedCode(
  lines: string[],
  from: number,
  fence: RegExpExecArray,
  blocks: Block[],
): number {
  const mark = fence[1] ?? "";
  const indent = indentOf(lines[from] ?? "");
  let at = from + 1;
  while (at < lines.length && !isEnd(lines[at] ?? "", mark)) at += 1;
  const text = lines.slice(from + 1, at).map((line) => unindented(line, indent));
  blocks.push({ type: "code", text: text.join("\n") });
  return at + 1;
}

function isEnd(line: string, mark: string): boolean {
  const bare = line.trim();
  return bare.startsWith(mark) && indentOf(line) < 4 && bare === mark.charAt(0).repeat(bare.length);
}

function html(lines: string[], from: number, blocks: Block[]): number {
  let at = from;
  while (at < lines.length && !isBlank(lines[at] ?? "")) at += 1;
  blocks.push({ type: "html", text: lines.slice(from, at).join("\n") });
  return at;
}

/** Whether a line begins something that needs no empty line before it. */
function startsBlock(line: string): boolean {
  const mark = markOf(line);
  // In the middle of a text a list begins with something to say, and with its first number.
  if (mark) return /^(?:\D|1\D)/.test(mark) && !isBlank(line.replace(LineKind.item, ""));
  return [LineKind.fence, LineKind.heading, LineKind.rule, LineKind.quote, LineKind.html].some(
    (kind) => kind.test(line),
  );
}

/** The mark of a list's item (`-`, `12.`); empty for every other line. */
function markOf(line: string): string {
  return LineKind.rule.test(line) ? "" : (LineKind.item.exec(line)?.[1] ?? "");
}

/** What a heading says, without the marks that may also end it. */
function headingOf(line: string): string {
  return line
    .replace(LineKind.heading, "")
    .trim()
    .replace(/(?:^|[ \t])#+$/, "");
}

function endsParagraph(lines: string[], at: number): boolean {
  const line = lines[at] ?? "";
  return (
    isBlank(line) ||
    LineKind.underline.test(line) ||
    startsBlock(line) ||
    isTable(line, lines[at + 1])
  );
}
