import { File, FileArchive, FileImage, FileMusic, FileText, FileVideoCamera } from "lucide-react";
import { type FileKind, kindOf } from "./file";

const ICONS = {
  picture: FileImage,
  text: FileText,
  sound: FileMusic,
  film: FileVideoCamera,
  archive: FileArchive,
  other: File,
} satisfies Record<FileKind, unknown>;

/** What kind of a file it is, at a glance. */
export function FileIcon({ name, mediaType }: { name: string; mediaType: string }) {
  const Icon = ICONS[kindOf(name, mediaType)];
  return <Icon aria-hidden="true" className="size-5 shrink-0 text-ink-2" />;
}
