import { cx } from "../lib/cx";

type BadgeProps = {
  count: number;
  /** Accent for what is meant for me: a mention, a direct room. */
  tone?: "quiet" | "accent";
  /** Put before the number: "@" for mentions. */
  prefix?: string;
  /** The whole sentence for assistive technology: "3 unread messages". */
  label: string;
};

const COUNT_MAX = 99;

/** A count of 20 px. */
export function Badge({ count, tone = "quiet", prefix = "", label }: BadgeProps) {
  return (
    <span
      className={cx(
        "inline-flex h-5 min-w-5 shrink-0 items-center justify-center rounded-full px-1.5 text-12 font-semibold tabular-nums forced-colors:border",
        tone === "accent" ? "bg-accent text-accent-ink" : "bg-active text-ink",
      )}
    >
      <span aria-hidden="true">
        {prefix}
        {count > COUNT_MAX ? `${COUNT_MAX}+` : count}
      </span>
      <span className="sr-only">{label}</span>
    </span>
  );
}
