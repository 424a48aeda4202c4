/** What a text consists of, once it is read: blocks, and inside of them what stands in a line. */

export type Inline =
  | { type: "text"; text: string }
  | { type: "code"; text: string }
  | { type: "strong" | "em" | "del"; tokens: Inline[] }
  | { type: "br" }
  /** `raw` is what was typed: it is shown where `href` leads nowhere that may be followed. */
  | { type: "link"; href: string; raw: string; tokens: Inline[] }
  | { type: "image"; href: string; raw: string; text: string }
  | { type: "checkbox"; isChecked: boolean };

export type Block =
  /** `line` is a paragraph without space around it: what an item of a dense list says. */
  | { type: "paragraph" | "heading" | "line"; tokens: Inline[] }
  | { type: "code" | "html"; text: string }
  | { type: "quote"; tokens: Block[] }
  /** `start` is the first number; null for a list of bullets. */
  | { type: "list"; start: number | null; items: Block[][] }
  | { type: "table"; header: Inline[][]; rows: Inline[][][] }
  | { type: "hr" };

/** Addresses that a text names once and links by their names, in lower case. */
export type Definitions = ReadonlyMap<string, string>;

export function definitionKey(label: string): string {
  return label.trim().replace(/\s+/g, " ").toLowerCase();
}
