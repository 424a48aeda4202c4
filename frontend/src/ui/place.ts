/** Where a floating panel goes: pure geometry in pixels of the viewport. */

export type Placement = `${"top" | "bottom"}-${"start" | "center" | "end"}`;

type Box = { left: number; top: number; width: number; height: number };
type Size = { width: number; height: number };
type Place = { left: number; top: number; maxHeight: number };

/** Between the anchor and the panel. */
const GAP_PX = 6;
/** Between the panel and the edge of the viewport. */
const EDGE_PX = 8;

/**
 * On the wished side of the anchor, on the other one where that has more room and the wished one too little;
 * pushed inwards so that it never leaves the viewport. `start` is the left edge, or the right one where one reads from the right.
 */
export function place(
  anchor: Box,
  panel: Size,
  viewport: Size,
  wish: Placement,
  isRtl = false,
): Place {
  const [side, align] = wish.split("-");
  const above = anchor.top - GAP_PX - EDGE_PX;
  const below = viewport.height - (anchor.top + anchor.height) - GAP_PX - EDGE_PX;
  const [wished, other] = side === "top" ? [above, below] : [below, above];
  const isFlipped = panel.height > wished && other > wished;
  const isAbove = (side === "top") !== isFlipped;
  const maxHeight = Math.max(0, isAbove ? above : below);
  const height = Math.min(panel.height, maxHeight);

  const right = anchor.left + anchor.width - panel.width;
  const center = anchor.left + (anchor.width - panel.width) / 2;
  const isLeft = (align === "start") !== isRtl;
  const left = align === "center" ? center : isLeft ? anchor.left : right;
  const top = isAbove ? anchor.top - GAP_PX - height : anchor.top + anchor.height + GAP_PX;
  return {
    left: clamp(left, EDGE_PX, viewport.width - panel.width - EDGE_PX),
    top: clamp(top, EDGE_PX, viewport.height - height - EDGE_PX),
    maxHeight,
  };
}

/** Puts an element that is in the top layer (`position: fixed`) beside its anchor. */
export function placeElement(
  panel: HTMLElement,
  anchor: HTMLElement,
  wish: Placement,
  keepsClear = true,
) {
  panel.style.maxHeight = "";
  const anchorBox = anchor.getBoundingClientRect();
  // What is written must not lie under what one chooses for it.
  const shell = keepsClear && anchor.closest('[data-region="composer"]');
  const { top: y, height } = shell ? shell.getBoundingClientRect() : anchorBox;
  const { left, top, maxHeight } = place(
    { left: anchorBox.left, width: anchorBox.width, top: y, height },
    { width: panel.offsetWidth, height: panel.offsetHeight },
    { width: document.documentElement.clientWidth, height: window.innerHeight },
    wish,
    getComputedStyle(panel).direction === "rtl",
  );
  panel.style.left = `${left}px`;
  panel.style.top = `${top}px`;
  panel.style.maxHeight = `${maxHeight}px`;
}

/** The lower bound wins where both cannot hold: the beginning of a panel is what must be seen. */
function clamp(value: number, min: number, max: number): number {
  return Math.max(min, Math.min(max, value));
}
