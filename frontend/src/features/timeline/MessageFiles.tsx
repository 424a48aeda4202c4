import { lazy, Suspense } from "react";
import type { SentFile } from "../../api/types";
import { withTexts } from "../../i18n";

const FileView = lazy(() => withTexts("files", import("../../app/files/FileView")));

/** The largest box that a picture gets, in CSS pixels. */
const WIDTH_MAX = 360;
const HEIGHT_MAX = 280;
/** Less than this cannot be pressed. */
const SIDE_MIN = 48;

/** The files of a message. Their boxes have their size before anything of them is here: nothing moves. */
export function MessageFiles({ files }: { files: readonly SentFile[] }) {
  return (
    <ul className="flex flex-col gap-1.5 py-1">
      {files.map((file) => (
        <li key={file.id} className="max-w-full" style={boxOf(file)}>
          <Suspense fallback={null}>
            <FileView file={file} files={files} />
          </Suspense>
        </li>
      ))}
    </ul>
  );
}

function boxOf({ width, height }: SentFile) {
  if (!width || !height) return { width: WIDTH_MAX, height: 56 };
  const scale = Math.min(1, WIDTH_MAX / width, HEIGHT_MAX / height);
  const [w, h] = [width, height].map((side) => Math.max(SIDE_MIN, Math.round(side * scale)));
  return { width: w, aspectRatio: `${w}/${h}` };
}
