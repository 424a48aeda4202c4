import type { ReactNode } from "react";
import { cx } from "../lib/cx";

type EmptyStateProps = {
  icon: ReactNode;
  title: string;
  text: string;
  /** At most two buttons. */
  children?: ReactNode;
  align?: "start" | "center";
};

/** A tile, one line, one sentence, two buttons: what a place without content says. */
export function EmptyState({ icon, title, text, children, align = "center" }: EmptyStateProps) {
  return (
    <div
      className={cx(
        "flex flex-col px-5 py-8 [overflow-wrap:anywhere]",
        align === "center" ? "items-center text-center" : "items-start",
      )}
    >
      <span
        aria-hidden="true"
        className="mb-4 flex size-14 items-center justify-center rounded-panel bg-accent-soft text-accent-text"
      >
        {icon}
      </span>
      <h2 className="text-20 font-semibold tracking-title">{title}</h2>
      <p className="mt-1 max-w-[30rem] text-15 text-ink-2">{text}</p>
      {children && <div className="mt-4 flex flex-wrap gap-2">{children}</div>}
    </div>
  );
}
