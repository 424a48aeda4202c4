import { X } from "lucide-react";
import { type ReactNode, useEffect, useId, useRef } from "react";
import { t } from "../i18n";
import { cx } from "../lib/cx";
import { IconButton } from "./icon-button";
import { Toaster } from "./toast";

type DialogProps = {
  title: string;
  /** One sentence under the title. */
  text?: string;
  onClose: () => void;
  children: ReactNode;
  /** No visible title: the content brings its own head (the switcher). */
  bare?: boolean;
  /** Slides in from the right edge and fills the height: members on a tablet. */
  side?: boolean;
  className?: string;
};

/**
 * The native modal dialog: the browser traps the focus, gives it back, closes on Escape and makes the rest inert.
 * On a phone it is a sheet at the bottom.
 */
export function Dialog({ title, text, onClose, children, bare, side, className }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  const pressed = useRef<EventTarget>(undefined);

  useEffect(() => {
    const dialog = ref.current;
    const opener = document.activeElement;
    if (dialog && !dialog.open) dialog.showModal();
    // Where nothing asks for the focus the browser gives it to the cross; the title is a better place to begin.
    if (document.activeElement?.closest("[data-close]")) dialog?.querySelector("h2")?.focus();
    return () => {
      dialog?.close();
      // What the dialog led to may have taken the focus already: this runs after the next paint.
      const held = document.activeElement;
      const isTaken = held !== null && held !== document.body && !dialog?.contains(held);
      if (!isTaken && opener instanceof HTMLElement && opener.isConnected)
        opener.focus({ preventScroll: true });
    };
  }, []);

  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: a click on the backdrop; Escape is the key for it
    <dialog
      ref={ref}
      aria-labelledby={`${id}-title`}
      aria-describedby={text ? `${id}-text` : undefined}
      onCancel={(event) => {
        // Closing is the parent's: it unmounts the dialog.
        event.preventDefault();
        onClose();
      }}
      onPointerDown={(event) => {
        pressed.current = event.target;
      }}
      onClick={(event) => {
        // Whoever selects text past the edge lets go over the backdrop: that is a click on the dialog, too.
        if (event.target === ref.current && pressed.current === ref.current) onClose();
      }}
      className={cx(
        "fixed max-w-none flex-col overflow-clip bg-raised p-0 text-ink shadow-float open:flex",
        side
          ? "my-0 ms-auto me-0 h-dvh max-h-none w-75 max-w-[90vw] animate-rise"
          : "m-auto max-h-[min(90dvh,45rem)] w-120 max-w-[calc(100vw-2rem)] animate-pop rounded-dialog max-md:mt-auto max-md:mb-[var(--keyboard,0px)] max-md:w-full max-md:max-w-full max-md:animate-sheet max-md:rounded-b-none",
        className,
      )}
    >
      {bare ? (
        <h2 id={`${id}-title`} className="sr-only">
          {title}
        </h2>
      ) : (
        <div className="flex items-start gap-4 px-6 pt-6">
          <div className="min-w-0 flex-1 [overflow-wrap:anywhere]">
            <h2
              id={`${id}-title`}
              tabIndex={-1}
              className="text-17 font-semibold tracking-title outline-none"
            >
              {title}
            </h2>
            {text && (
              <p id={`${id}-text`} className="text-14 text-ink-2">
                {text}
              </p>
            )}
          </div>
          <IconButton
            data-close
            className="-me-2 -mt-1"
            label={t("common.close")}
            icon={<X className="size-[1.125rem]" />}
            onClick={onClose}
          />
        </div>
      )}
      {children}
      <Toaster isModal />
    </dialog>
  );
}

/** The row of buttons at the end of a dialog, the primary one last. */
export function DialogActions({ children }: { children: ReactNode }) {
  return <div className="mt-6 flex flex-wrap justify-end gap-2">{children}</div>;
}
