/**
 * What the timeline's scroller computes, apart from the DOM.
 * The scroller is `column-reverse`: scrollTop is 0 at the newest row and negative above it.
 */

/** The first of `count` rows, from top to bottom, whose bottom edge is not above `middle`; -1 without rows. */
export function anchorIndex(
  count: number,
  bottomOf: (index: number) => number,
  middle: number,
): number {
  let low = 0;
  let high = count - 1;
  while (low < high) {
    const probe = (low + high) >> 1;
    if (bottomOf(probe) < middle) low = probe + 1;
    else high = probe;
  }
  return count === 0 ? -1 : low;
}

/** Within this distance the reader counts as being at the tail. */
const TAIL_PX = 4;

export function isAtTail(scrollTop: number): boolean {
  return scrollTop > -TAIL_PX;
}

/** The next page is asked for when less than this remains in its direction. */
export const LOAD_AHEAD_PX = 2500;

type Scroller = Pick<Element, "scrollTop" | "scrollHeight" | "clientHeight">;

/** How much there is above and below the viewport. */
export function distances({ scrollTop, scrollHeight, clientHeight }: Scroller) {
  return { above: scrollHeight - clientHeight + scrollTop, below: -scrollTop };
}

/** One direction of loading: fires once per page, and again only after the page has come. */
export class Gate {
  #armed = true;

  /** True when a page must be asked for now. */
  pass(remaining: number): boolean {
    if (remaining >= LOAD_AHEAD_PX) this.#armed = true;
    if (remaining >= LOAD_AHEAD_PX || !this.#armed) return false;
    this.#armed = false;
    return true;
  }

  /** The page has come: the zone counts anew, however little the page brought. */
  rearm() {
    this.#armed = true;
  }
}
