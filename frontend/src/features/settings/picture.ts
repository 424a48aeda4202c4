import { type Size, squareOf, type View } from "./crop";

/** The edge of what is uploaded: the server keeps at most 256 of it. */
const EDGE_MAX = 512;
const EDGE_MIN = 256;
const QUALITY = 0.92;

/** A file as a picture that can be drawn. Rejects where it is none; `close` gives its memory back. */
export async function openPicture(
  file: File,
): Promise<{ image: HTMLImageElement; size: Size; close: () => void }> {
  const url = URL.createObjectURL(file);
  const image = new Image();
  image.src = url;
  try {
    await image.decode();
    const size = { width: image.naturalWidth, height: image.naturalHeight };
    if (size.width === 0 || size.height === 0) throw new Error("a picture without a size");
    return { image, size, close: () => URL.revokeObjectURL(url) };
  } catch (error) {
    URL.revokeObjectURL(url);
    throw error;
  }
}

/** The square as a file: WebP, or PNG where the browser writes none. */
export async function cut(image: HTMLImageElement, size: Size, view: View): Promise<Blob> {
  const { left, top, side } = squareOf(size, view);
  const edge = Math.round(Math.min(EDGE_MAX, Math.max(EDGE_MIN, side)));
  const canvas = document.createElement("canvas");
  canvas.width = edge;
  canvas.height = edge;
  const context = canvas.getContext("2d");
  if (!context) throw new Error("no canvas");
  context.imageSmoothingQuality = "high";
  context.drawImage(image, left, top, side, side, 0, 0, edge, edge);
  return new Promise((resolve, reject) => {
    canvas.toBlob(
      (blob) => (blob ? resolve(blob) : reject(new Error("the picture cannot be written"))),
      "image/webp",
      QUALITY,
    );
  });
}
