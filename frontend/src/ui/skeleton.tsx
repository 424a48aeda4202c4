import { type ReactNode, useEffect, useState } from "react";
import { cx } from "../lib/cx";

/** A grey bar where words will stand. */
export function SkeletonBar({ className }: { className?: string }) {
  return <span className={cx("block h-3 rounded-control bg-hover", className)} />;
}

/** Waiting shorter than this shows nothing: a flash of grey is worse than a moment of white. */
const DELAY_MS = 150;

/** Shows its children after 150 ms, pulsing; `label` tells assistive technology what is awaited. */
export function Skeleton({
  label,
  className,
  children,
}: {
  label: string;
  className?: string;
  children: ReactNode;
}) {
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), DELAY_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div role="status" aria-label={label} className={className}>
      {shown && (
        <div aria-hidden="true" className="animate-pulse">
          {children}
        </div>
      )}
    </div>
  );
}
