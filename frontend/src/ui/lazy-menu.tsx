import { type ComponentProps, type ReactNode, Suspense, useState } from "react";
import type { Menu } from "./menu";

type LazyMenuProps = Pick<ComponentProps<typeof Menu>, "trigger"> & {
  /** Loads the menu's code. */
  load: () => Promise<unknown>;
  /** The menu, lazy, with the same trigger and `startsOpen`. */
  children: ReactNode;
};

/** The button of a menu whose code is loaded when somebody reaches for it. */
export function LazyMenu({ trigger, load, children }: LazyMenuProps) {
  const [isAsked, setAsked] = useState(false);
  const reach = () => {
    // What could not be had now is asked for again by the press.
    load().catch(() => undefined);
  };
  const button = trigger({
    "aria-haspopup": "menu",
    "aria-expanded": false,
    onClick: () => setAsked(true),
  });
  if (isAsked) return <Suspense fallback={button}>{children}</Suspense>;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only loads earlier what the button opens
    <span className="contents" onPointerOver={reach} onFocus={reach}>
      {button}
    </span>
  );
}
