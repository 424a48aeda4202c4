import type { ComponentProps, ReactNode } from "react";
import { cx } from "../lib/cx";

const VARIANTS = {
  primary: "bg-accent text-accent-ink hover:bg-accent-hover",
  secondary: "bg-panel text-ink shadow-ring hover:bg-hover",
  ghost: "text-ink-2 hover:bg-hover hover:text-ink",
  danger: "bg-danger text-accent-ink hover:brightness-110",
} as const;

const SIZES = {
  small: "h-7 px-2.5 text-13 rounded-control max-md:h-11",
  medium: "h-9 px-3.5 text-14 rounded-input max-md:h-11",
  large: "h-10 px-4 text-14 rounded-input max-md:h-11",
} as const;

type ButtonProps = ComponentProps<"button"> & {
  variant?: keyof typeof VARIANTS;
  size?: keyof typeof SIZES;
  /** The action runs: the button keeps its width and focus, and does not fire again. */
  busy?: boolean;
  icon?: ReactNode;
};

/** Class names of a button, for links that look like one. */
export function buttonClass(
  variant: keyof typeof VARIANTS = "secondary",
  size: keyof typeof SIZES = "medium",
) {
  return cx(
    "inline-flex shrink-0 items-center justify-center gap-2 font-medium whitespace-nowrap select-none",
    "aria-disabled:opacity-60 disabled:opacity-60 disabled:pointer-events-none",
    VARIANTS[variant],
    SIZES[size],
  );
}

export function Button({
  variant,
  size,
  busy,
  icon,
  className,
  onClick,
  children,
  type = "button",
  ...rest
}: ButtonProps) {
  return (
    <button
      {...rest}
      type={type}
      className={cx(buttonClass(variant, size), className)}
      aria-disabled={busy || undefined}
      aria-busy={busy || undefined}
      onClick={(event) => {
        if (busy) event.preventDefault();
        else onClick?.(event);
      }}
    >
      {icon}
      {children}
    </button>
  );
}
