import { CircleAlert, X } from "lucide-react";
import { useEffect, useState } from "react";
import { t } from "../i18n";
import { IconButton } from "./icon-button";
import { dismissToast, type Toast, useToasts } from "./toast-store";

const SHOWN_MS = 5000;

/**
 * Where toasts appear: bottom left, above the composer. Each modal dialog has a place of its own: what lies behind one
 * can be neither seen nor heard nor pressed.
 */
export function Toaster({ isModal = false }: { isModal?: boolean }) {
  const { toasts, dialogs } = useToasts();
  const [dialog] = useState(() => Symbol());
  useEffect(() => {
    if (!isModal) return;
    useToasts.setState((state) => ({ dialogs: [...state.dialogs, dialog] }));
    return () =>
      useToasts.setState((state) => ({ dialogs: state.dialogs.filter((each) => each !== dialog) }));
  }, [isModal, dialog]);
  const isHere = isModal ? dialogs.at(-1) === dialog : dialogs.length === 0;
  if (!isHere || toasts.length === 0) return null;
  return (
    <section
      aria-label={t("toast.region")}
      className="pointer-events-none fixed bottom-28 left-4 z-20 flex w-90 max-w-[calc(100vw-2rem)] flex-col gap-2 max-md:bottom-20"
    >
      {toasts.map((each) => (
        <ToastRow key={each.id} toast={each} />
      ))}
    </section>
  );
}

function ToastRow({ toast }: { toast: Toast }) {
  const [held, setHeld] = useState(false);
  const stays = held || toast.sticky || toast.tone === "error";

  useEffect(() => {
    if (stays) return;
    const timer = setTimeout(() => dismissToast(toast.id), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [stays, toast.id]);

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: hovering only holds the clock; nothing is done by it
    <div
      role={toast.tone === "error" ? "alert" : "status"}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
      className="pointer-events-auto flex animate-rise items-center gap-2 rounded-menu bg-raised py-2 ps-3.5 pe-2 text-14 shadow-float"
    >
      {toast.tone === "error" && (
        <CircleAlert aria-hidden="true" className="size-4 shrink-0 text-danger-text" />
      )}
      <p className="min-w-0 flex-1 py-1 [overflow-wrap:anywhere]">{toast.text}</p>
      {toast.action && (
        <button
          type="button"
          className="tap rounded-control px-2 py-1 text-14 font-medium text-accent-text hover:bg-hover"
          onClick={() => {
            toast.action?.run();
            dismissToast(toast.id);
          }}
        >
          {toast.action.label}
        </button>
      )}
      <IconButton
        label={t("common.dismiss")}
        icon={<X className="size-4" />}
        onClick={() => dismissToast(toast.id)}
      />
    </div>
  );
}
