import { RotateCcw, X } from "lucide-react";
import { useEffect, useRef } from "react";
import { t } from "../../i18n";
import { cx } from "../../lib/cx";
import type { RoomId } from "../../realtime/types";
import { announce } from "../../ui/announcer";
import { IconButton } from "../../ui/icon-button";
import { type Attached, useTalk } from "../talk";
import { focusComposer } from "../view";
import { detach, retryFile } from "./attach";
import { FileIcon } from "./FileIcon";
import { fileSize } from "./file";

/** The files that go with the next message, above what one writes. */
export default function Tray({ roomId }: { roomId: RoomId }) {
  const files = useTalk((talk) => talk.files[roomId]) ?? [];
  useSpoken(files);
  if (files.length === 0) return null;
  return (
    <ul
      aria-label={t("files.chosen", { count: files.length })}
      className="flex max-h-44 flex-wrap gap-2 overflow-y-auto px-3.5 pt-3 max-md:px-2"
    >
      {files.map((file) => (
        <Item key={file.key} roomId={roomId} file={file} />
      ))}
    </ul>
  );
}

function Item({ roomId, file }: { roomId: RoomId; file: Attached }) {
  const { key, name, status, problem } = file;
  const remove = () => {
    detach(roomId, key);
    focusComposer();
  };
  return (
    <li
      className={cx(
        "relative flex h-14 w-60 max-w-full items-center gap-2.5 overflow-clip rounded-input ps-2 pe-1 shadow-ring max-md:w-full",
        status === "failed" ? "bg-danger-soft" : "bg-panel",
      )}
    >
      {file.preview ? (
        <img src={file.preview} alt="" className="size-10 shrink-0 rounded-control object-cover" />
      ) : (
        <span className="flex size-10 shrink-0 items-center justify-center rounded-control bg-hover">
          <FileIcon name={name} mediaType={file.sent?.media_type ?? ""} />
        </span>
      )}
      <span className="min-w-0 flex-1">
        <span className="block truncate text-13 font-medium">{name}</span>
        <span
          className={cx(
            "line-clamp-2 text-12/3.5",
            status === "failed" ? "text-danger-text" : "text-ink-2",
          )}
        >
          {problem ?? fileSize(file.size)}
        </span>
      </span>
      {status === "failed" && file.mayRetry && (
        <IconButton
          label={t("files.retry_named", { name })}
          icon={<RotateCcw className="size-4" />}
          onClick={() => retryFile(roomId, key)}
        />
      )}
      <IconButton
        label={t(status === "sending" ? "files.cancel_named" : "files.remove_named", { name })}
        icon={<X className="size-4" />}
        onClick={remove}
      />
      {status === "sending" && (
        <span
          role="progressbar"
          aria-label={t("files.progress", { name })}
          aria-valuenow={Math.round(file.part * 100)}
          className="absolute inset-x-0 bottom-0 h-1 bg-active"
        >
          <span className="block h-full bg-accent" style={{ width: `${file.part * 100}%` }} />
        </span>
      )}
    </li>
  );
}

/** Says what became of each file: the tray is not where the focus is. */
function useSpoken(files: readonly Attached[]) {
  const said = useRef(new Map<number, Attached["status"]>());
  useEffect(() => {
    for (const { key, name, status, problem } of files) {
      const before = said.current.get(key);
      said.current.set(key, status);
      if (before === status) continue;
      if (status === "ready" && before) announce(t("files.ready", { name }));
      if (status === "failed") announce(t("files.failed", { name, problem: problem ?? "" }));
    }
  }, [files]);
}
