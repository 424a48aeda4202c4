/** The `seq` of the newest row of which at least half can be seen; null when none can. */
export function newestVisible(scroller: HTMLElement): number | null {
  const edge = scroller.getBoundingClientRect().bottom;
  const rows = scroller.querySelectorAll<HTMLElement>("[data-seq]");
  for (let index = rows.length - 1; index >= 0; index -= 1) {
    const row = rows[index];
    if (!row) continue;
    const { top, bottom } = row.getBoundingClientRect();
    if ((top + bottom) / 2 <= edge) return Number(row.dataset.seq);
  }
  return null;
}
