import type { ComponentProps, ReactNode } from "react";
import { cx } from "../lib/cx";

type IconButtonProps = Omit<ComponentProps<"button">, "aria-label" | "children"> & {
  /** What it does: the accessible name and the tooltip. */
  label: string;
  /** Keys that do the same, shown in the tooltip. */
  keys?: string;
  icon: ReactNode;
  size?: "small" | "medium";
};

/** A square button with a drawing: 32 px to the eye, 44 px to the finger. */
export function IconButton({
  label,
  keys,
  icon,
  size = "medium",
  className,
  type = "button",
  ...rest
}: IconButtonProps) {
  return (
    <button
      {...rest}
      type={type}
      aria-label={label}
      data-tooltip={label}
      data-tooltip-keys={keys}
      className={cx(
        "tap inline-flex shrink-0 items-center justify-center rounded-control text-ink-2 hover:bg-hover hover:text-ink",
        "aria-expanded:bg-active aria-expanded:text-ink aria-pressed:text-ink",
        "disabled:pointer-events-none disabled:opacity-50",
        size === "small" ? "size-6" : "size-8",
        className,
      )}
    >
      {icon}
    </button>
  );
}
