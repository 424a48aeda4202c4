/** What a file is called and how large it is, for people and for the server. Pure. */
import { formatTag } from "../../i18n";

/** As the contract says. */
export const FILES_MAX = 10;
export const FILE_BYTES_MAX = 8 * 1024 * 1024;
const NAME_MAX = 255;
const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;

/** A size in the unit that fits: "812 byte", "1.2 MB". */
export function fileSize(bytes: number): string {
  const power = Math.min(
    UNITS.length - 1,
    bytes < 1 ? 0 : Math.floor(Math.log(bytes) / Math.log(1024)),
  );
  return new Intl.NumberFormat(formatTag(), {
    style: "unit",
    unit: UNITS[power],
    unitDisplay: power === 0 ? "long" : "short",
    maximumFractionDigits: power === 0 ? 0 : 1,
  }).format(bytes / 1024 ** power);
}

/** A name that the server takes: no path, nothing invisible, at most 255 characters, with its ending. */
export function safeName(name: string): string {
  const plain = name.replace(/[\p{Cc}\p{Cf}/\\]/gu, "_").trim();
  const characters = [...(plain === "" || /^\.\.?$/.test(plain) ? "file" : plain)];
  if (characters.length <= NAME_MAX) return characters.join("");
  const ending = /\.[^.]{1,16}$/u.exec(plain)?.[0] ?? "";
  return characters.slice(0, NAME_MAX - [...ending].length).join("") + ending;
}

export type FileKind = "picture" | "text" | "sound" | "film" | "archive" | "other";

export function kindOf(name: string, mediaType: string): FileKind {
  if (mediaType.startsWith("image/")) return "picture";
  if (mediaType.startsWith("audio/")) return "sound";
  if (mediaType.startsWith("video/")) return "film";
  if (/\.(zip|gz|tgz|7z|rar|xz|bz2|zst|tar)$/i.test(name)) return "archive";
  if (mediaType.startsWith("text/") || /\.(pdf|docx?|odt|rtf|md|txt)$/i.test(name)) return "text";
  return "other";
}
