/**
 * What people write, as elements. `blocks.ts` reads a text into tokens, tokens become elements of a
 * short list; there is never a string of HTML, so nothing that anybody writes can become markup.
 * HTML in a message is shown as it was typed. Links go to http, https and mailto only; pictures are
 * links (the page loads nothing from other servers). Headings become strong paragraphs, because the
 * page's outline is not the writer's to change.
 */
import { createElement, Fragment, memo, type ReactNode } from "react";
import { t } from "../../i18n";
import { MENTION, trimMention } from "../text";
import { parse } from "./blocks";
import type { Block, Inline } from "./tokens";

/** Deeper quotes are shown flat. */
const QUOTES_MAX = 5;
const SCHEMES = new Set(["http:", "https:", "mailto:"]);

interface Context {
  /** The username whose mentions stand out, in lower case. */
  viewer: string | undefined;
  quotes: number;
  /** Inside a link there can be no other link. */
  isInLink: boolean;
}

interface MarkdownProps {
  text: string;
  /** The username of whoever reads: `@username` stands out for them. */
  viewer?: string;
}

/** Renders a message's text; put it into an element that wraps blocks. */
export const Markdown = memo(function Markdown({ text, viewer }: MarkdownProps) {
  const context = { viewer: viewer?.toLocaleLowerCase(), quotes: 0, isInLink: false };
  return fragment(blocks(parse(text), context));
});

/** A text without its marks, for previews, notifications and what is read aloud. */
export function plainText(text: string): string {
  return parse(text).map(plainBlock).join(" ").replace(/\s+/gu, " ").trim();
}

function block(token: Block, context: Context): ReactNode {
  switch (token.type) {
    case "paragraph":
      return element("p", inlines(token.tokens, context));
    case "line":
      return fragment(inlines(token.tokens, context));
    case "heading":
      return element("p", [element("strong", inlines(token.tokens, context))]);
    case "code":
      // A wide block scrolls sideways: the keyboard must be able to reach it.
      return createElement("pre", { tabIndex: 0 }, element("code", [token.text]));
    case "html":
      return element("p", [token.text]);
    case "quote": {
      const children = blocks(token.tokens, { ...context, quotes: context.quotes + 1 });
      return context.quotes >= QUOTES_MAX ? fragment(children) : element("blockquote", children);
    }
    case "list": {
      const items = token.items.map((item) => element("li", blocks(item, context)));
      if (token.start === null) return element("ul", items);
      return createElement("ol", token.start === 1 ? null : { start: token.start }, ...items);
    }
    case "table":
      return element("table", [
        element("thead", [row("th", token.header, context)]),
        element(
          "tbody",
          token.rows.map((cells) => row("td", cells, context)),
        ),
      ]);
    case "hr":
      return createElement("hr");
  }
}

function row(tag: "th" | "td", cells: Inline[][], context: Context): ReactNode {
  return element(
    "tr",
    cells.map((cell) => element(tag, inlines(cell, context))),
  );
}

function inline(token: Inline, context: Context): ReactNode {
  switch (token.type) {
    case "text":
      return fragment(words(token.text, context));
    case "strong":
    case "em":
    case "del":
      return element(token.type, inlines(token.tokens, context));
    case "code":
      return element("code", [token.text]);
    case "br":
      return createElement("br");
    case "link": {
      const href = safeHref(token.href);
      const children = inlines(token.tokens, { ...context, isInLink: true });
      if (href !== null) return anchor(href, children, context);
      return element("span", context.isInLink ? children : [token.raw]);
    }
    case "image": {
      const href = safeHref(token.href);
      if (href === null) return token.raw;
      return anchor(href, [t("markdown.image", { name: token.text || href })], context);
    }
    case "checkbox":
      return checkbox(token.isChecked);
  }
}

function checkbox(isChecked: boolean): string {
  return isChecked ? "☑ " : "☐ ";
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

function blocks(tokens: Block[], context: Context): ReactNode[] {
  return tokens.map((token) => block(token, context));
}

function inlines(tokens: Inline[], context: Context): ReactNode[] {
  return tokens.map((token) => inline(token, context));
}

function plainBlock(token: Block): string {
  switch (token.type) {
    case "hr":
      return " ";
    case "code":
    case "html":
      return token.text;
    case "quote":
      return token.tokens.map(plainBlock).join(" ");
    case "list":
      return token.items.flat().map(plainBlock).join(" ");
    case "table":
      return [token.header, ...token.rows].flat().map(plainInlines).join(" ");
    default:
      return plainInlines(token.tokens);
  }
}

function plainInlines(tokens: Inline[]): string {
  return tokens.map(plainInline).join("");
}

function plainInline(token: Inline): string {
  if (token.type === "br") return " ";
  if (token.type === "image") return t("markdown.image", { name: token.text });
  if (token.type === "checkbox") return checkbox(token.isChecked);
  return "tokens" in token ? plainInlines(token.tokens) : token.text;
}

/** Children as arguments need no keys: their places never change. */
function element(tag: string, children: ReactNode[]): ReactNode {
  return createElement(tag, null, ...children);
}

function fragment(children: ReactNode[]): ReactNode {
  return createElement(Fragment, null, ...children);
}
