/**
 * Which square of a picture is shown: pure geometry, in pixels of the picture. The square always
 * lies within the picture, and its middle stays where it was as far as that allows.
 */
export interface Size {
  width: number;
  height: number;
}

/** The middle of the square, and how many times the largest square it is smaller. */
export interface View {
  x: number;
  y: number;
  zoom: number;
}

export const ZOOM_MAX = 5;

/** The largest square in the middle. */
export function startView(image: Size): View {
  return { x: image.width / 2, y: image.height / 2, zoom: 1 };
}

/** The edge of the square. */
export function sideOf(image: Size, view: View): number {
  return Math.min(image.width, image.height) / view.zoom;
}

/** Moves the square by parts of its own edge. */
export function moved(image: Size, view: View, right: number, down: number): View {
  const side = sideOf(image, view);
  return within(image, { ...view, x: view.x + right * side, y: view.y + down * side });
}

/** Zooms to 1–{@link ZOOM_MAX}. */
export function zoomed(image: Size, view: View, zoom: number): View {
  return within(image, { ...view, zoom: clamp(zoom, 1, ZOOM_MAX) });
}

/** The square's upper left corner and its edge. */
export function squareOf(image: Size, view: View): { left: number; top: number; side: number } {
  const side = sideOf(image, view);
  return { left: view.x - side / 2, top: view.y - side / 2, side };
}

function within(image: Size, view: View): View {
  const half = sideOf(image, view) / 2;
  return {
    zoom: view.zoom,
    x: clamp(view.x, half, image.width - half),
    y: clamp(view.y, half, image.height - half),
  };
}

function clamp(value: number, min: number, max: number): number {
  return Math.max(min, Math.min(max, value));
}
