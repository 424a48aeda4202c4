import type { Page } from "@playwright/test";

/** What a ride through the timeline showed. */
export interface Ride {
  /** Every `seq` that was on the screen, ascending. */
  seen: number[];
  /** How far rows moved between two frames though nobody scrolled, where that was over 1 px. */
  jumps: number[];
  /** How often the row that was being read was not there any more in the next frame. */
  lost: number;
  /** The most message rows, and the most elements in the whole page. */
  rowsMax: number;
  nodesMax: number;
  /** ms from frame to frame. */
  frames: number[];
}

/**
 * Scrolls the open timeline by `step` px in every frame (negative: upwards) until the row `until` has been
 * seen and it goes no farther. In each frame it looks whether the row that was across the middle
 * of the screen still is where the scrolling left it: nothing else may move what is being read.
 */
export function ride(page: Pick<Page, "evaluate">, step: number, until: number): Promise<Ride> {
  return page.evaluate(
    async ({ step, until }) => {
      const log = document.querySelector<HTMLElement>("[role=log]");
      if (!log) throw new Error("no timeline");
      const seen = new Set<number>();
      const ride = { jumps: [] as number[], lost: 0, rowsMax: 0, nodesMax: 0 };
      const frames: number[] = [];
      let anchor: { row: HTMLElement; top: number } | null = null;
      let last = performance.now();
      const beside = (row: Element, way: "previous" | "next"): HTMLElement | null => {
        let next: Element | null = row;
        do next = way === "next" ? next.nextElementSibling : next.previousElementSibling;
        while (next instanceof HTMLElement && !next.dataset.seq);
        return next instanceof HTMLElement ? next : null;
      };
      /** Goes on from the row that was across the middle: looking costs the same, however many rows there are. */
      const look = (): HTMLElement | null => {
        const view = log.getBoundingClientRect();
        const isAbove = (row: Element) =>
          row.getBoundingClientRect().bottom < (view.top + view.bottom) / 2;
        let row = anchor?.row.isConnected
          ? anchor.row
          : log.querySelector<HTMLElement>("[data-seq]");
        if (!row) return null;
        let next = beside(row, "next");
        for (; next && isAbove(row); next = beside(row, "next")) row = next;
        next = beside(row, "previous");
        for (; next && !isAbove(next); next = beside(row, "previous")) row = next;
        for (const way of ["previous", "next"] as const) {
          for (let one: HTMLElement | null = row; one; one = beside(one, way)) {
            const { top, bottom } = one.getBoundingClientRect();
            if (bottom <= view.top || top >= view.bottom) break;
            seen.add(Number(one.dataset.seq));
          }
        }
        return row;
      };
      look();
      for (;;) {
        const now = await new Promise<number>(requestAnimationFrame);
        frames.push(now - last);
        last = now;
        if (anchor && !anchor.row.isConnected) ride.lost += 1;
        else if (anchor) {
          const moved = Math.abs(anchor.row.getBoundingClientRect().top - anchor.top);
          if (moved > 1) ride.jumps.push(moved);
        }

        const before = log.scrollTop;
        log.scrollTop = before + step;
        const row = look();
        anchor = row && { row, top: row.getBoundingClientRect().top };
        // Counting all of a page's elements is not free.
        if (frames.length % 20 === 0) {
          ride.rowsMax = Math.max(ride.rowsMax, log.querySelectorAll("[data-seq]").length);
          const nodes = document.getElementsByTagName("*").length;
          ride.nodesMax = Math.max(ride.nodesMax, nodes);
        }
        if (log.scrollTop === before && seen.has(until)) break;
      }
      return { ...ride, frames, seen: [...seen].sort((a, b) => a - b) };
    },
    { step, until },
  );
}

/** Bytes of the page's JavaScript that are still in use. */
export async function heapOf(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.enable");
  await session.send("HeapProfiler.collectGarbage");
  const { usedSize } = await session.send("Runtime.getHeapUsage");
  await session.detach();
  return usedSize;
}

/** Elements of the page, and message rows among them. */
export function countNodes(page: Page): Promise<{ nodes: number; rows: number }> {
  return page.evaluate(() => ({
    nodes: document.getElementsByTagName("*").length,
    rows: document.querySelectorAll("[role=log] [data-seq]").length,
  }));
}

/** The message across the middle of the timeline, or the one named, and where its top is. */
export function middleRow(
  page: Pick<Page, "evaluate">,
  seq?: number,
): Promise<{ seq: number; top: number }> {
  return page.evaluate((seq) => {
    const log = document.querySelector("[role=log]");
    const view = log?.getBoundingClientRect();
    const rows = [...(log?.querySelectorAll<HTMLElement>("[data-seq]") ?? [])];
    const row = rows.find((one) =>
      seq === undefined
        ? one.getBoundingClientRect().bottom >= ((view?.top ?? 0) + (view?.bottom ?? 0)) / 2
        : Number(one.dataset.seq) === seq,
    );
    if (!row) throw new Error("the row is not there any more");
    return { seq: Number(row.dataset.seq), top: row.getBoundingClientRect().top };
  }, seq);
}

/** Counts, until it is stopped, the frames and the times that rows of the timeline were changed. */
export async function watchChanges(
  page: Page,
): Promise<() => Promise<{ changes: number; frames: number }>> {
  const watch = await page.evaluateHandle(() => {
    const log = document.querySelector("[role=log]");
    if (!log) throw new Error("no timeline");
    const counts = { changes: 0, frames: 0 };
    // One call for everything that changed in one go.
    const observer = new MutationObserver(() => {
      counts.changes += 1;
    });
    observer.observe(log, { childList: true, subtree: true });
    const count = () => {
      counts.frames += 1;
      requestAnimationFrame(count);
    };
    requestAnimationFrame(count);
    return counts;
  });
  return () => watch.evaluate((counts) => ({ ...counts }));
}
