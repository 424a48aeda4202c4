/**
 * Reads what stands in a line: emphasis, code, links, pictures. One pass from left to right by the
 * rules of CommonMark, with GitHub's line breaks, strikethrough and bare addresses. Whatever is not
 * a mark is text: no input is an error. Bounds keep hostile texts from taking long or nesting deep.
 */
import { type Autolink, autolinks } from "./autolinks";
import { type Definitions, definitionKey, type Inline } from "./tokens";

/** Links and pictures inside of each other, at most. */
const LINKS_MAX = 8;
/** Marks that wait for their other half at the same time, at most: the oldest is given up. */
const OPEN_MAX = 16;
/** A longer run of stars is a drawing, not emphasis. */
const RUN_MAX = 6;

/** Where something may begin that is not text. */
const SPECIAL = /[\\`*_~[!<\n]/g;
const ESCAPE = /[!-/:-@[-`{-~]/;
const TAG = /<\/?[a-z][\w-]*(?:\s[^<>]*)?\/?>|<!--[^<>]*-->/iy;
const ANGLED = /<(?:([a-z][a-z0-9+.-]{1,31}:[^\s<>]*)|([\w.!#$%&'*+/=?^`{|}~-]+@[\w.-]+))>/iy;
const TARGET =
  /\(\s*(?:<([^<>\n]*)>|([^\s()]*(?:\([^\s()]*\)[^\s()]*)*))(?:\s+(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|\((?:\\.|[^()\\])*\)))?\s*\)/y;
const LABEL = /\[((?:\\.|[^[\]\\])*)\]/y;
const SPACE = /\s/u;
const PUNCTUATION = /[\p{P}\p{S}]/u;

interface Opener {
  mark: string;
  /** Its place in the tokens. */
  at: number;
  /** What is left of its run, and how long that was. */
  left: number;
  length: number;
  canClose: boolean;
}

export function inlines(text: string, definitions: Definitions, depth = 0): Inline[] {
  return new Reader(text, definitions, depth).read();
}

class Reader {
  readonly #text: string;
  readonly #definitions: Definitions;
  readonly #depth: number;
  #at = 0;
  #tokens: Inline[] = [];
  #openers: Opener[] = [];
  readonly #addresses: Autolink[];
  #brackets: Map<number, number> | null = null;

  constructor(text: string, definitions: Definitions, depth: number) {
    this.#text = text;
    this.#definitions = definitions;
    this.#depth = depth;
    this.#addresses = autolinks(text).reverse();
  }

  read(): Inline[] {
    while (this.#at < this.#text.length) this.#step();
    return tidy(this.#tokens);
  }

  /** Reads up to the next mark or address, and over it. */
  #step(): void {
    while ((this.#addresses.at(-1)?.start ?? this.#at) < this.#at) this.#addresses.pop();
    SPECIAL.lastIndex = this.#at;
    const mark = SPECIAL.exec(this.#text)?.index ?? this.#text.length;
    const address = this.#addresses.at(-1);
    if (address && address.start <= mark) {
      this.#say(this.#text.slice(this.#at, address.start));
      const raw = this.#text.slice(address.start, address.end);
      this.#tokens.push({ type: "link", href: address.href, raw, tokens: asTyped(raw) });
      this.#at = address.end;
      return;
    }
    this.#say(this.#text.slice(this.#at, mark));
    this.#at = mark;
    if (mark === this.#text.length) return;
    const length = this.#special(this.#text.charAt(mark));
    if (length === 0) this.#say(this.#text.charAt(mark));
    this.#at += length || 1;
  }

  /** Reads what begins here; answers how long it is, 0 where it is only text. */
  #special(mark: string): number {
    switch (mark) {
      case "\\":
        return this.#escape();
      case "\n":
        return this.#lineBreak(1);
      case "`":
        return this.#code();
      case "<":
        return this.#angled();
      case "[":
        return this.#link(this.#at, false);
      case "!":
        return this.#text[this.#at + 1] === "[" ? this.#link(this.#at + 1, true) : 0;
      default:
        return this.#run(mark);
    }
  }

  #say(text: string): void {
    const last = this.#tokens.at(-1);
    // A mark that waits for its other half stays a token of its own.
    if (last?.type === "text" && this.#openers.at(-1)?.at !== this.#tokens.length - 1) {
      last.text += text;
    } else if (text) this.#tokens.push({ type: "text", text });
  }

  #escape(): number {
    const next = this.#text.charAt(this.#at + 1);
    if (next === "\n") return this.#lineBreak(2);
    if (!ESCAPE.test(next)) return 0;
    this.#say(next);
    return 2;
  }

  #lineBreak(length: number): number {
    const last = this.#tokens.at(-1);
    if (last?.type === "text") last.text = last.text.replace(/ {1,1000}$/, "");
    this.#tokens.push({ type: "br" });
    const rest = this.#at + length;
    const next = this.#text.slice(rest, rest + 1000).search(/[^ \t]/);
    return length + Math.max(0, next);
  }

  #code(): number {
    const run = /`+/y;
    run.lastIndex = this.#at;
    const ticks = run.exec(this.#text)?.[0] ?? "`";
    const from = this.#at + ticks.length;
    const end = runOf(this.#text, ticks, from);
    if (end < 0) {
      this.#say(ticks);
      return ticks.length;
    }
    const text = this.#text.slice(from, end).replaceAll("\n", " ");
    const isPadded = text.startsWith(" ") && text.endsWith(" ") && text.trim() !== "";
    this.#tokens.push({ type: "code", text: isPadded ? text.slice(1, -1) : text });
    return end + ticks.length - this.#at;
  }

  #angled(): number {
    ANGLED.lastIndex = this.#at;
    const found = ANGLED.exec(this.#text);
    if (found) {
      const address = found[1] ?? found[2] ?? "";
      const href = found[1] ?? `mailto:${address}`;
      this.#tokens.push({ type: "link", href, raw: found[0], tokens: asTyped(address) });
      return found[0].length;
    }
    TAG.lastIndex = this.#at;
    const tag = TAG.exec(this.#text)?.[0] ?? "";
    this.#say(tag);
    return tag.length;
  }

  /** A link or a picture whose bracket opens at `open`: with a target, or by a definition. */
  #link(open: number, isImage: boolean): number {
    this.#brackets ??= bracketsOf(this.#text);
    const close = this.#brackets.get(open);
    if (close === undefined || this.#depth >= LINKS_MAX) return 0;
    const label = this.#text.slice(open + 1, close);
    TARGET.lastIndex = close + 1;
    const target = TARGET.exec(this.#text);
    LABEL.lastIndex = close + 1;
    const reference = target ? null : LABEL.exec(this.#text);
    const href = target
      ? unescaped(target[1] ?? target[2] ?? "")
      : this.#definitions.get(definitionKey(reference?.[1] || label));
    if (href === undefined) return 0;
    const end = close + 1 + (target?.[0] ?? reference?.[0] ?? "").length;
    const raw = this.#text.slice(this.#at, end);
    this.#tokens.push(
      isImage
        ? { type: "image", href, raw, text: unescaped(label) }
        : { type: "link", href, raw, tokens: inlines(label, this.#definitions, this.#depth + 1) },
    );
    return end - this.#at;
  }

  /** A run of `*`, `_` or `~`: it may close what is open, and what is left of it may open. */
  #run(mark: string): number {
    let end = this.#at;
    while (this.#text[end] === mark) end += 1;
    const length = end - this.#at;
    const { canOpen, canClose } = this.#sides(mark, end);
    const isMark = length <= (mark === "~" ? 2 : RUN_MAX);
    let left = length;
    while (isMark && canClose && left > 0) {
      const used = this.#close(mark, left, length, canOpen);
      if (used === 0) break;
      left -= used;
    }
    if (left === 0) return length;
    if (!isMark || !canOpen) {
      this.#say(mark.repeat(left));
      return length;
    }
    this.#tokens.push({ type: "text", text: mark.repeat(left) });
    this.#openers.push({ mark, at: this.#tokens.length - 1, left, length: left, canClose });
    if (this.#openers.length > OPEN_MAX) this.#openers.shift();
    return length;
  }

  /** Closes the nearest that fits; answers how many of the marks that took. */
  #close(mark: string, left: number, length: number, canOpen: boolean): number {
    const index = this.#openers.findLastIndex(
      (opener) =>
        opener.mark === mark &&
        (mark === "~"
          ? opener.left === left
          : !(opener.canClose || canOpen) ||
            (opener.length + length) % 3 !== 0 ||
            (opener.length % 3 === 0 && length % 3 === 0)),
    );
    const opener = this.#openers[index];
    if (!opener) return 0;
    const used = mark === "~" ? left : Math.min(2, left, opener.left);
    const type = mark === "~" ? "del" : used === 2 ? "strong" : "em";
    const tokens = tidy(this.#tokens.splice(opener.at + 1));
    opener.left -= used;
    this.#tokens[opener.at] = { type: "text", text: mark.repeat(opener.left) };
    this.#openers.length = index + (opener.left > 0 ? 1 : 0);
    this.#tokens.push({ type, tokens });
    return used;
  }

  /** Whether a run that ends at `end` stands before a word, after one, or inside. */
  #sides(mark: string, end: number): { canOpen: boolean; canClose: boolean } {
    const before = [...this.#text.slice(Math.max(0, this.#at - 2), this.#at)].at(-1) ?? " ";
    const after = String.fromCodePoint(this.#text.codePointAt(end) ?? 32);
    const [isSpaceBefore, isSpaceAfter] = [SPACE.test(before), SPACE.test(after)];
    const [isMarkBefore, isMarkAfter] = [PUNCTUATION.test(before), PUNCTUATION.test(after)];
    const isLeft = !isSpaceAfter && (!isMarkAfter || isSpaceBefore || isMarkBefore);
    const isRight = !isSpaceBefore && (!isMarkBefore || isSpaceAfter || isMarkAfter);
    if (mark === "~") return { canOpen: !isSpaceAfter, canClose: !isSpaceBefore };
    if (mark === "*") return { canOpen: isLeft, canClose: isRight };
    return {
      canOpen: isLeft && (!isRight || isMarkBefore),
      canClose: isRight && (!isLeft || isMarkAfter),
    };
  }
}

/** Which bracket closes which, past code and escaped ones. */
function bracketsOf(text: string): Map<number, number> {
  const pairs = new Map<number, number>();
  const open: number[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === "\\") at += 1;
    else if (character === "[") open.push(at);
    else if (character === "]") {
      const start = open.pop();
      if (start !== undefined) pairs.set(start, at);
    } else if (character === "`") {
      let from = at;
      while (text[from] === "`") from += 1;
      const ticks = text.slice(at, from);
      const end = runOf(text, ticks, from);
      at = (end < 0 ? from : end + ticks.length) - 1;
    }
  }
  return pairs;
}

/** Where the next run of exactly these ticks begins; -1 if there is none. */
function runOf(text: string, ticks: string, from: number): number {
  for (let at = text.indexOf(ticks, from); at >= 0; at = text.indexOf(ticks, at)) {
    let end = at;
    while (text[end] === "`") end += 1;
    if (end - at === ticks.length) return at;
    at = end;
  }
  return -1;
}

/** Without the empty texts that used-up marks leave, neighbours joined. */
function tidy(tokens: Inline[]): Inline[] {
  const joined: Inline[] = [];
  for (const token of tokens) {
    const last = joined.at(-1);
    if (token.type !== "text") joined.push(token);
    else if (last?.type === "text") last.text += token.text;
    else if (token.text) joined.push({ ...token });
  }
  return joined;
}

function unescaped(text: string): string {
  return text.replace(/\\([!-/:-@[-`{-~])/g, "$1");
}

function asTyped(text: string): Inline[] {
  return [{ type: "text", text }];
}
