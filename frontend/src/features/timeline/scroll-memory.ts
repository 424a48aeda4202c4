import { isAtTail } from "./anchor";

/** The row that stood at the top of the viewport, and how far below the edge it stood. */
type Place = { key: string; offset: number };

/** Where each room was left in this visit; rooms left at their tail are not in it. */
const places = new Map<number, Place>();

/** Notes where the reader is, by a row and not by pixels: rows may come and go until they are back. */
export function remember(roomId: number, scroller: HTMLElement) {
  if (isAtTail(scroller.scrollTop)) {
    places.delete(roomId);
    return;
  }
  const edge = scroller.getBoundingClientRect().top;
  for (const row of scroller.querySelectorAll<HTMLElement>("[data-row]")) {
    const { top, bottom } = row.getBoundingClientRect();
    if (bottom > edge && row.dataset.row) {
      places.set(roomId, { key: row.dataset.row, offset: top - edge });
      return;
    }
  }
}

/** Whether the reader has left a room somewhere above its tail. */
export function isRemembered(roomId: number): boolean {
  return places.has(roomId);
}

/** Puts the reader back; without a known place, or when its row is not held any more, they stay at the tail. */
export function restore(roomId: number, scroller: HTMLElement) {
  const place = places.get(roomId);
  if (!place) return;
  const row = scroller.querySelector(`[data-row="${CSS.escape(place.key)}"]`);
  if (!row) return;
  scroller.scrollTop +=
    row.getBoundingClientRect().top - scroller.getBoundingClientRect().top - place.offset;
}
