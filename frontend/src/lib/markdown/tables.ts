/** Tables: cells between bars, the second line says how many columns there are. */

const DELIMITERS = /^ {0,3}(?:\|[ \t]*)?:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*(?:\|[ \t]*)?$/;

/** A wider table is shown as it was typed. */
const COLUMNS_MAX = 64;

/** Whether two lines begin a table. */
export function isTable(line: string, next: string | undefined): boolean {
  if (!next || !/[|:]/.test(next) || !line.includes("|") || !DELIMITERS.test(next)) return false;
  const columns = cellsOf(next).length;
  return columns <= COLUMNS_MAX && cellsOf(line).length === columns;
}

/** The cells of a row; a bar after a backslash belongs to its cell. */
export function cellsOf(row: string): string[] {
  const inner = row
    .trim()
    .replace(/^\|/, "")
    .replace(/(?<!\\)\|$/, "");
  return inner.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll("\\|", "|"));
}
