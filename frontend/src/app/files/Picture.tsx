import { ImageOff } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { SentFile } from "../../api/types";
import { t } from "../../i18n";
import { Lightbox } from "./Lightbox";
import { usePicture } from "./load";

/** So far outside of the screen a picture is fetched already, and let go again. */
const NEAR = "800px 0px";

/** A picture in its place; a press shows it as large as the screen. */
export function Picture({ file, files }: { file: SentFile; files: readonly SentFile[] }) {
  const button = useRef<HTMLButtonElement>(null);
  const [isOpen, setOpen] = useState(false);
  const { url, error, again } = usePicture(file, useIsNear(button));
  return (
    <>
      <button
        ref={button}
        type="button"
        aria-label={t(error ? "files.retry_named" : "files.open_named", { name: file.name })}
        onClick={() => (error ? again() : setOpen(true))}
        className="block size-full overflow-clip rounded-input bg-sunken shadow-ring"
      >
        {url && (
          <img src={url} alt={file.name} draggable={false} className="size-full object-contain" />
        )}
        {error !== null && (
          <span className="flex size-full items-center justify-center gap-2 text-13 text-ink-2">
            <ImageOff aria-hidden="true" className="size-4 shrink-0" />
            {t("files.not_loaded")}
          </span>
        )}
      </button>
      {isOpen && (
        <Lightbox
          start={file}
          files={files.filter(({ width }) => width !== null)}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}

function useIsNear(of: React.RefObject<HTMLElement | null>): boolean {
  const [isNear, setNear] = useState(typeof IntersectionObserver === "undefined");
  useEffect(() => {
    if (!of.current || typeof IntersectionObserver === "undefined") return;
    const observer = new IntersectionObserver(
      (entries) => setNear(entries.at(-1)?.isIntersecting ?? false),
      { root: of.current.closest('[role="log"]'), rootMargin: NEAR },
    );
    observer.observe(of.current);
    return () => observer.disconnect();
  }, [of]);
  return isNear;
}
