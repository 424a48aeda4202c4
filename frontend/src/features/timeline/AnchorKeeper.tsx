import { Component, type ReactNode, type RefObject } from "react";
import { anchorIndex, isAtTail } from "./anchor";

type Props = {
  scroller: RefObject<HTMLElement | null>;
  /** Changes whenever the rows do. */
  rows: readonly unknown[];
  /** Keep what is read in place even at the tail: rows that were held back are let in. */
  keepAtTail: boolean;
  /** There are newer rows that are not held: the last one here is not the tail. */
  hasAfter: boolean;
  children: ReactNode;
};

type Anchor = { element: Element; top: number } | null;

/**
 * Keeps what is being read where it is, whatever changes around it: before the DOM changes it notes the row across the
 * middle of the viewport, after it moves the scroller by as much as that row moved. At the tail the scroller
 * (`column-reverse`) keeps the newest row by itself. A class, because only classes are asked right before the DOM changes.
 */
export class AnchorKeeper extends Component<Props> {
  override getSnapshotBeforeUpdate(before: Props): Anchor {
    const scroller = this.props.scroller.current;
    if (!scroller || before.rows === this.props.rows) return null;
    const follows = !this.props.keepAtTail && !before.hasAfter;
    if (isAtTail(scroller.scrollTop) && follows) return null;
    const elements = [...scroller.querySelectorAll("[data-row]")];
    const { top, bottom } = scroller.getBoundingClientRect();
    const at = anchorIndex(
      elements.length,
      (index) => elements[index]?.getBoundingClientRect().bottom ?? 0,
      (top + bottom) / 2,
    );
    const element = elements[at];
    return element ? { element, top: element.getBoundingClientRect().top } : null;
  }

  override componentDidUpdate(_before: Props, _state: unknown, anchor: Anchor) {
    const scroller = this.props.scroller.current;
    if (!scroller || !anchor?.element.isConnected) return;
    const moved = anchor.element.getBoundingClientRect().top - anchor.top;
    if (Math.abs(moved) >= 0.5) scroller.scrollTop += moved;
  }

  override render() {
    return this.props.children;
  }
}
