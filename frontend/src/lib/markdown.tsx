/**
 * What people write, as elements. marked's lexer makes tokens, tokens become elements of a short
 * list; there is never a string of HTML, so nothing that anybody writes can become markup. HTML in
 * a message is shown as it was typed. Links go to http, https and mailto only; pictures are links
 * (the page loads nothing from other servers). Headings become strong paragraphs, because the
 * page's outline is not the writer's to change.
 */
import type { Token, Tokens } from "marked";
import { createElement, Fragment, memo, type ReactNode } from "react";
import { t } from "../i18n";
import { getLexer, type Lex, useLexer } from "./lexer";
import { MENTION, trimMention } from "./text";

/** Deeper quotes are shown flat. */
const QUOTES_MAX = 5;
/** So many quotes in quotes are no quotes: the lexer would recurse into each. */
const ABSURD = /^(?:[ \t]*>){32}/m;
const SCHEMES = new Set(["http:", "https:", "mailto:"]);

interface Context {
  /** The username whose mentions stand out, in lower case. */
  viewer: string | undefined;
  quotes: number;
  /** Inside a link there can be no other link. */
  isInLink: boolean;
}

export interface MarkdownProps {
  text: string;
  /** The username of whoever reads: `@username` stands out for them. */
  viewer?: string;
}

/** Renders a message's text; put it into an element that wraps blocks. */
export const Markdown = memo(function Markdown({ text, viewer }: MarkdownProps) {
  const lex = useLexer();
  const context = { viewer: viewer?.toLocaleLowerCase(), quotes: 0, isInLink: false };
  return fragment(tokensOf(text, lex).map((token) => block(token, context)));
});

/** A text without its marks, for previews, notifications and what is read aloud. */
export function plainText(text: string): string {
  return tokensOf(text, getLexer()).map(plain).join(" ").replace(/\s+/gu, " ").trim();
}

function tokensOf(text: string, lex: Lex | null): Token[] {
  if (!lex) return lines(text);
  if (ABSURD.test(text)) return asTyped(text);
  try {
    return lex(text);
  } catch {
    // What the lexer cannot read is shown as it was typed.
    return asTyped(text);
  }
}

/** What the lexer would make of a text without any marks: paragraphs of lines. */
function lines(text: string): Token[] {
  const paragraphs = text.split(/\n[ \t]*\n\s*/).filter((paragraph) => paragraph.trim() !== "");
  return paragraphs.map((paragraph) => ({
    type: "paragraph",
    raw: paragraph,
    text: paragraph,
    tokens: paragraph
      .trim()
      .split("\n")
      .flatMap((line, at): Token[] => [...(at > 0 ? [BREAK] : []), ...asTyped(line)]),
  }));
}

const BREAK: Token = { type: "br", raw: "\n" };

function asTyped(text: string): Token[] {
  return [{ type: "text", raw: text, text }];
}

function block(token: Token, context: Context): ReactNode {
  switch (token.type) {
    case "space":
    case "def":
      return null;
    case "paragraph":
      return element("p", inlines(token.tokens, context));
    case "text":
      return token.tokens
        ? fragment(inlines(token.tokens, context))
        : element("p", words(textOf(token), context));
    case "heading":
      return element("p", [element("strong", inlines(token.tokens, context))]);
    case "code":
      // A wide block scrolls sideways: the keyboard must be able to reach it.
      return createElement("pre", { tabIndex: 0 }, element("code", [textOf(token)]));
    case "blockquote":
      return quote(token as Tokens.Blockquote, context);
    case "list":
      return list(token as Tokens.List, context);
    case "table":
      return table(token as Tokens.Table, context);
    case "hr":
      return createElement("hr");
    case "html":
      return element("p", [textOf(token).trimEnd()]);
    default:
      return inline(token, context);
  }
}

function inline(token: Token, context: Context): ReactNode {
  switch (token.type) {
    case "text":
      return token.tokens
        ? fragment(inlines(token.tokens, context))
        : fragment(words(textOf(token), context));
    case "strong":
      return element("strong", inlines(token.tokens, context));
    case "em":
      return element("em", inlines(token.tokens, context));
    case "del":
      return element("del", inlines(token.tokens, context));
    case "codespan":
      return element("code", [textOf(token)]);
    case "br":
      return createElement("br");
    case "link":
      return link(token as Tokens.Link, context);
    case "image":
      return image(token as Tokens.Image, context);
    case "checkbox":
      return (token as Tokens.Checkbox).checked ? "☑ " : "☐ ";
    case "escape":
    case "html":
      return textOf(token);
    default:
      // A token that a newer marked invents is shown as it was typed.
      return token.raw;
  }
}

function quote(token: Tokens.Blockquote, context: Context): ReactNode {
  const inner = { ...context, quotes: context.quotes + 1 };
  const children = token.tokens.map((child) => block(child, inner));
  return context.quotes >= QUOTES_MAX ? fragment(children) : element("blockquote", children);
}

function list(token: Tokens.List, context: Context): ReactNode {
  const items = token.items.map((item) =>
    element(
      "li",
      item.tokens.map((child) => block(child, context)),
    ),
  );
  if (!token.ordered) return element("ul", items);
  const start = Number(token.start);
  return createElement(
    "ol",
    Number.isSafeInteger(start) && start !== 1 ? { start } : null,
    ...items,
  );
}

function table(token: Tokens.Table, context: Context): ReactNode {
  const row = (cells: Tokens.TableCell[], tag: "th" | "td") =>
    element(
      "tr",
      cells.map((cell) => element(tag, inlines(cell.tokens, context))),
    );
  return element("table", [
    element("thead", [row(token.header, "th")]),
    element(
      "tbody",
      token.rows.map((cells) => row(cells, "td")),
    ),
  ]);
}

function link(token: Tokens.Link, context: Context): ReactNode {
  const href = safeHref(token.href);
  const children = inlines(token.tokens, { ...context, isInLink: true });
  if (href === null) return element("span", context.isInLink ? children : [token.raw]);
  return anchor(href, children, context);
}

function image(token: Tokens.Image, context: Context): ReactNode {
  const href = safeHref(token.href);
  if (href === null) return token.raw;
  return anchor(href, [t("markdown.image", { name: token.text || href })], context);
}

function anchor(href: string, children: ReactNode[], context: Context): ReactNode {
  if (context.isInLink) return fragment(children);
  const props = { href, target: "_blank", rel: "noopener noreferrer nofollow" };
  return createElement("a", props, ...children);
}

/** An address that may be followed; null for every other one, relative ones included. */
export function safeHref(href: string): string | null {
  try {
    const url = new URL(href);
    return SCHEMES.has(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

/** A text with the mentions of the reader marked. */
function words(text: string, { viewer, isInLink }: Context): ReactNode[] {
  if (!viewer || isInLink || !text.includes("@")) return [text];
  const parts: ReactNode[] = [];
  let from = 0;
  for (const match of text.matchAll(MENTION)) {
    const name = trimMention(match[1] ?? "");
    if (name.toLocaleLowerCase() !== viewer) continue;
    const end = match.index + 1 + name.length;
    parts.push(text.slice(from, match.index));
    parts.push(createElement("span", { className: "mention" }, text.slice(match.index, end)));
    from = end;
  }
  return [...parts, text.slice(from)];
}

function inlines(tokens: Token[] | undefined, context: Context): ReactNode[] {
  return (tokens ?? []).map((token) => inline(token, context));
}

function plain(token: Token): string {
  if (token.type === "def" || token.type === "space") return "";
  if (token.type === "br" || token.type === "hr") return " ";
  if (token.type === "image") return t("markdown.image", { name: textOf(token) });
  if (token.type === "list") {
    return (token as Tokens.List).items.map((item) => item.tokens.map(plain).join(" ")).join(" ");
  }
  if (token.type === "table") {
    const { header, rows } = token as Tokens.Table;
    return [header, ...rows]
      .flat()
      .map(({ tokens }) => tokens.map(plain).join(""))
      .join(" ");
  }
  if ("tokens" in token && token.tokens) {
    const isBlock = token.type === "blockquote";
    return token.tokens.map(plain).join(isBlock ? " " : "");
  }
  return textOf(token);
}

function textOf(token: Token): string {
  return "text" in token && typeof token.text === "string" ? token.text : token.raw;
}

/** Children as arguments need no keys: their places never change. */
function element(tag: string, children: ReactNode[]): ReactNode {
  return createElement(tag, null, ...children);
}

function fragment(children: ReactNode[]): ReactNode {
  return createElement(Fragment, null, ...children);
}
