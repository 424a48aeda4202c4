/** What a single line may be. Leading tabs reach to the next fourth column. */

export const LineKind = {
  fence: /^ {0,3}(`{3,}(?=[^`]*$)|~{3,})/,
  heading: /^ {0,3}#{1,6}(?=[ \t]|$)/,
  rule: /^ {0,3}(?:(?:-[ \t]*){3,}|(?:_[ \t]*){3,}|(?:\*[ \t]*){3,})$/,
  /** Makes a heading of the paragraph above it. */
  underline: /^ {0,3}(?:=+|-+)[ \t]*$/,
  quote: /^ {0,3}> ?/,
  item: /^ {0,3}([*+-]|\d{1,9}[.)])(?=[ \t]|$)/,
  /** Every mark of quotes and items at the beginning of a line. */
  marks: /^(?:[ \t]*(?:>|(?:[*+-]|\d{1,9}[.)])(?=[ \t])))+[ \t]*/,
  definition:
    /^ {0,3}\[((?:[^[\]\\]|\\.)+)\]:[ \t]*(?:<([^<>]*)>|([^\s<]\S*))(?:[ \t]+(?:"[^"]*"|'[^']*'|\([^()]*\)))?[ \t]*$/,
  html: /^ {0,3}<(?:!--|\/?(?:address|article|aside|blockquote|body|center|d[dlt]|details|dialog|div|fieldset|figcaption|figure|footer|form|h[1-6r]|head|header|html|iframe|legend|li|link|main|menu|nav|ol|option|p|pre|script|section|source|style|summary|table|tbody|td|textarea|tfoot|th|thead|title|tr|ul)(?=[\s/>]|$))/i,
} as const;

/** A task of a list: the box at the beginning of its first line. */
export const isTask = /^\[([ xX])\][ \t]+(?=\S)/;

export function isBlank(line: string): boolean {
  return line.trim() === "";
}

/** How far the text of a line stands from the left, in columns. */
export function indentOf(line: string): number {
  let columns = 0;
  for (const character of line) {
    if (character === " ") columns += 1;
    else if (character === "\t") columns += 4 - (columns % 4);
    else break;
  }
  return columns;
}

/** A line moved to the left by so many columns, or as many as it has. */
export function unindented(line: string, width: number): string {
  let columns = 0;
  let at = 0;
  for (; at < line.length && columns < width; at += 1) {
    if (line[at] === " ") columns += 1;
    else if (line[at] === "\t") columns += 4 - (columns % 4);
    else break;
  }
  // A tab that reaches further leaves the rest of itself.
  return " ".repeat(Math.max(0, columns - width)) + line.slice(at);
}
