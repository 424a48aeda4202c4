/** Walking through a grid of rows that differ in length. */

export const COLUMNS = 9;

export type Cell = readonly [row: number, column: number];

/** The lines of all sections, one under the other. */
export function rowsOf<T>(sections: readonly (readonly T[])[]): T[][] {
  return sections.flatMap((section) => {
    const rows: T[][] = [];
    for (let at = 0; at < section.length; at += COLUMNS) rows.push(section.slice(at, at + COLUMNS));
    return rows;
  });
}

/** Where a key leads from a cell (null: above the grid); null when the key is not the grid's. */
export function move(
  key: string,
  from: Cell | null,
  rows: readonly (readonly unknown[])[],
  isText: boolean,
): Cell | null {
  if (rows.length === 0) return null;
  const [row, column] = from ?? [-1, 0];
  const last = (of: number) => (rows[of]?.length ?? 1) - 1;
  switch (key) {
    case "ArrowDown": {
      const next = Math.min(row + 1, rows.length - 1);
      return [next, Math.min(column, last(next))];
    }
    case "ArrowUp": {
      if (row === -1) return null;
      const next = Math.max(row - 1, 0);
      return [next, Math.min(column, last(next))];
    }
    case "ArrowRight":
      if (isText || row === -1) return null;
      if (column < last(row)) return [row, column + 1];
      return row + 1 < rows.length ? [row + 1, 0] : [row, column];
    case "ArrowLeft":
      if (isText || row === -1) return null;
      if (column > 0) return [row, column - 1];
      return row > 0 ? [row - 1, last(row - 1)] : [row, column];
    default:
      return null;
  }
}
