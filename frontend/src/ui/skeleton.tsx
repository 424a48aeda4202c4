import type { ReactNode } from "react";
import { cx } from "../lib/cx";

/** A grey bar where words will stand. */
export function SkeletonBar({ className }: { className?: string }) {
  return <span className={cx("block h-3 rounded-control bg-hover", className)} />;
}

/**
 * Shows its children after 150 ms, pulsing; `label` tells assistive technology what is awaited.
 * They have their place from the start, so that nothing moves when they are seen.
 */
export function Skeleton({
  label,
  className,
  children,
}: {
  label: string;
  className?: string;
  children: ReactNode;
}) {
  return (
    <div role="status" aria-label={label} className={cx("skeleton", className)}>
      <div aria-hidden="true" className="animate-pulse">
        {children}
      </div>
    </div>
  );
}
