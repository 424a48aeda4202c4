import { X } from "lucide-react";
import type { ReactNode } from "react";
import { cx } from "../../lib/cx";

type HeadProps = {
  icon: ReactNode;
  title: string;
  text: string;
  /** What the cross does. */
  label: string;
  className: string;
  onLeave: () => void;
};

/** The line above what one writes, with a cross at its end. */
export function Head({ icon, title, text, label, className, onLeave }: HeadProps) {
  return (
    <div className={cx("flex min-w-0 items-center gap-2 ps-3.5 pe-2 pt-2 text-13", className)}>
      {icon}
      <span className="min-w-0 shrink-0 truncate font-semibold max-md:shrink">{title}</span>
      <span className="min-w-0 flex-1 truncate">{text}</span>
      <button
        type="button"
        aria-label={label}
        data-tooltip={label}
        data-tooltip-keys="Esc"
        onClick={onLeave}
        className="tap flex size-7 shrink-0 items-center justify-center rounded-control hover:bg-hover"
      >
        <X aria-hidden="true" className="size-4" />
      </button>
    </div>
  );
}
