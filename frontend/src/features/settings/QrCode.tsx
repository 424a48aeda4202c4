import { encode } from "uqr";
import { cx } from "../../lib/cx";

/** Modules of white around the code, which readers need (ISO/IEC 18004). */
const QUIET = 4;

type QrCodeProps = { text: string; label: string; className?: string };

/** A QR code of a text, drawn from its modules; dark on white in either theme, since readers expect that. */
export function QrCode({ text, label, className }: QrCodeProps) {
  const { data, size } = encode(text, { ecc: "M", border: QUIET });
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${size} ${size}`}
      shapeRendering="crispEdges"
      className={cx("shrink-0 rounded-input", className)}
    >
      <rect width={size} height={size} fill="#fff" />
      <path d={pathOf(data)} fill="#000" />
    </svg>
  );
}

/** The dark modules as one path: a rectangle for every run of a row. */
export function pathOf(modules: readonly (readonly boolean[])[]): string {
  let path = "";
  modules.forEach((row, y) => {
    for (let x = 0; x < row.length; x += 1) {
      if (!row[x]) continue;
      const from = x;
      while (row[x + 1]) x += 1;
      path += `M${from} ${y}h${x - from + 1}v1H${from}z`;
    }
  });
  return path;
}
