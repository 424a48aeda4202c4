import {
  type ComponentProps,
  type KeyboardEvent,
  type ReactNode,
  useEffect,
  useRef,
  useState,
} from "react";
import { cx } from "../lib/cx";
import { nextIndex } from "./menu-keys";
import type { Placement } from "./place";
import { Popover } from "./popover";

type MenuProps = {
  label: string;
  /** Draws the button; spread the given props on it. */
  trigger: (
    props: Pick<ComponentProps<"button">, "aria-haspopup" | "aria-expanded" | "onClick" | "ref">,
  ) => ReactNode;
  placement?: Placement;
  className?: string;
  /** For a menu that is loaded because its button was pressed. */
  startsOpen?: boolean;
  /** Gets `close`, for items that open something of their own. */
  children: (close: () => void) => ReactNode;
};

/** A button and its menu: arrows, Home, End, first letters, Escape, Tab. */
export function Menu({
  label,
  trigger,
  placement,
  className,
  startsOpen = false,
  children,
}: MenuProps) {
  const [open, setOpen] = useState(startsOpen);
  const anchor = useRef<HTMLButtonElement>(null);
  const close = () => {
    setOpen(false);
    anchor.current?.focus({ preventScroll: true });
  };
  return (
    <>
      {trigger({
        ref: anchor,
        "aria-haspopup": "menu",
        "aria-expanded": open,
        onClick: () => setOpen(!open),
      })}
      {open && (
        <Popover anchor={anchor} placement={placement} onClose={() => setOpen(false)}>
          <MenuList label={label} className={className} onLeave={() => setOpen(false)}>
            {children(close)}
          </MenuList>
        </Popover>
      )}
    </>
  );
}

type MenuListProps = {
  label: string;
  className?: string | undefined;
  onLeave: () => void;
  children: ReactNode;
};

/** The menu itself, for those that hang on something else than a button. */
export function MenuList({ label, className, onLeave, children }: MenuListProps) {
  const list = useRef<HTMLDivElement>(null);

  useEffect(() => {
    // After the popover was placed: focusing something invisible does nothing.
    const frame = requestAnimationFrame(() => items(list.current)[0]?.focus());
    return () => cancelAnimationFrame(frame);
  }, []);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Tab") return onLeave();
    const all = items(list.current);
    const index = nextIndex(
      event,
      all.indexOf(document.activeElement as HTMLElement),
      all.map((item) => item.textContent ?? ""),
    );
    if (index === null) return;
    event.preventDefault();
    all[index]?.focus();
  };

  return (
    <div
      ref={list}
      role="menu"
      aria-label={label}
      tabIndex={-1}
      onKeyDown={onKeyDown}
      className={cx("min-w-52 p-1", className)}
    >
      {children}
    </div>
  );
}

function items(list: HTMLElement | null): HTMLElement[] {
  return [
    ...(list?.querySelectorAll<HTMLElement>('[role^="menuitem"]:not([aria-disabled="true"])') ??
      []),
  ];
}
