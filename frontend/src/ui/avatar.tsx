import type { CSSProperties } from "react";
import { cx } from "../lib/cx";
import { initials } from "../lib/text";
import { type DotPresence, PresenceDot } from "./presence-dot";

const HUES = [262, 190, 152, 115, 70, 40, 20, 345, 305, 285];

type AvatarProps = {
  userId: number;
  name: string;
  url?: string | null;
  /** Edge in pixels at the default font size. */
  size: number;
  presence?: DotPresence | undefined;
  /** The ground the dot is cut out of. */
  ground?: "app" | "panel" | "raised";
  className?: string;
};

/** A picture or two initials. Hidden from assistive technology: the name stands beside it. */
export function Avatar({
  userId,
  name,
  url,
  size,
  presence,
  ground = "panel",
  className,
}: AvatarProps) {
  const style = {
    width: `${size / 16}rem`,
    height: `${size / 16}rem`,
    fontSize: `${(size * 0.4) / 16}rem`,
    "--hue": HUES[userId % HUES.length],
  } as CSSProperties;
  return (
    <span
      aria-hidden="true"
      className={cx("relative inline-block shrink-0 select-none", className)}
      style={style}
    >
      {url ? (
        <img
          src={url}
          alt=""
          width={size}
          height={size}
          className="size-full rounded-full object-cover"
          decoding="async"
        />
      ) : (
        <span className="avatar-ground flex size-full items-center justify-center rounded-full leading-none font-semibold">
          {initials(name)}
        </span>
      )}
      {presence && <PresenceDot presence={presence} size={size} ground={ground} />}
    </span>
  );
}
