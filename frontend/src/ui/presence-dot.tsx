import { cx } from "../lib/cx";

export type DotPresence = "online" | "away" | "busy" | "offline";

/** Dots differ in shape, not only in colour: filled, ring, bar, grey ring. */
const SHAPES: Record<DotPresence, string> = {
  online: "bg-online forced-colors:bg-[CanvasText]",
  away: "border-away",
  busy: "bg-away forced-colors:bg-[CanvasText]",
  offline: "border-ink-3",
};

const GROUNDS = { app: "bg-app", panel: "bg-panel", raised: "bg-raised" } as const;

type PresenceDotProps = { presence: DotPresence; size: number; ground: keyof typeof GROUNDS };

/** Sits on the lower right of an avatar of `size` pixels, cut out of the ground by a ring of 2 px. */
export function PresenceDot({ presence, size, ground }: PresenceDotProps) {
  const edge = Math.max(8, Math.round(size * 0.28));
  const ring = presence === "away" || presence === "offline";
  return (
    <span
      className={cx("absolute -right-[3px] -bottom-[3px] rounded-full p-[2px]", GROUNDS[ground])}
      style={{ width: edge + 4, height: edge + 4 }}
    >
      <span
        className={cx(
          "relative block size-full rounded-full",
          ring && "border-2",
          SHAPES[presence],
        )}
      >
        {presence === "busy" && (
          <span className={cx("absolute inset-x-[20%] top-[40%] h-[20%]", GROUNDS[ground])} />
        )}
      </span>
    </span>
  );
}
