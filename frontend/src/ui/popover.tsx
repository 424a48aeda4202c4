import { type ComponentProps, type RefObject, useEffect, useLayoutEffect, useRef } from "react";
import { cx } from "../lib/cx";
import { type Placement, placeElement } from "./place";

type PopoverProps = Omit<ComponentProps<"div">, "ref"> & {
  /** What it hangs on. Clicks on it are the owner's business and do not count as outside. */
  anchor: RefObject<HTMLElement | null>;
  placement?: Placement;
  onClose: () => void;
};

/**
 * A floating panel in the top layer, placed beside its anchor. Mount it to open it.
 * Escape and a press outside close it; a press of Escape here reaches nothing behind it.
 */
export function Popover({
  anchor,
  placement = "bottom-end",
  onClose,
  className,
  children,
  ...rest
}: PopoverProps) {
  const ref = useRef<HTMLDivElement>(null);
  const close = useRef(onClose);
  close.current = onClose;

  useLayoutEffect(() => {
    const panel = ref.current;
    const target = anchor.current;
    if (!panel || !target) return;
    panel.showPopover?.();
    const put = () => placeElement(panel, target, placement);
    put();
    window.addEventListener("resize", put);
    return () => window.removeEventListener("resize", put);
  }, [anchor, placement]);

  useEffect(() => {
    const onPress = (event: PointerEvent) => {
      if (!(event.target instanceof Node)) return;
      if (ref.current?.contains(event.target) || anchor.current?.contains(event.target)) return;
      close.current();
    };
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      event.stopPropagation();
      anchor.current?.focus({ preventScroll: true });
      close.current();
    };
    document.addEventListener("pointerdown", onPress, true);
    document.addEventListener("keydown", onKey, true);
    return () => {
      document.removeEventListener("pointerdown", onPress, true);
      document.removeEventListener("keydown", onKey, true);
    };
  }, [anchor]);

  return (
    <div
      {...rest}
      ref={ref}
      popover="manual"
      className={cx(
        "fixed m-0 max-w-[calc(100vw-1rem)] animate-pop overflow-y-auto rounded-menu bg-raised text-ink shadow-float",
        className,
      )}
    >
      {children}
    </div>
  );
}
