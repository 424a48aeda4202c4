import type { SentFile } from "../../api/types";
import { FileRow } from "./FileRow";
import { Picture } from "./Picture";

type FileViewProps = {
  file: SentFile;
  /** All of the message: one leads to the next. */
  files: readonly SentFile[];
};

/** A file of a message: a picture as it looks, everything else as a row. It fills the box that it is in. */
export default function FileView({ file, files }: FileViewProps) {
  return file.width === null ? <FileRow file={file} /> : <Picture file={file} files={files} />;
}
