import { type KeyboardEvent, type PointerEvent, useEffect, useId, useRef } from "react";
import { t } from "../../i18n";
import type { Picture } from "./AvatarField";
import { moved, sideOf, type View, zoomed } from "./crop";

/** The circle on the screen, in pixels; the stage is a little higher. */
const CIRCLE_PX = 264;
/** A key moves by this part of the circle, with Shift by more. */
const STEP = 0.02;
const STEP_LARGE = 0.1;
const ZOOM_STEP = 1.1;

const ARROWS: Record<string, readonly [right: number, down: number]> = {
  // The picture goes where the arrow points, so the square goes the other way.
  ArrowLeft: [1, 0],
  ArrowRight: [-1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

type CropStageProps = { picture: Picture; view: View; onView: (view: View) => void };

/** The picture under a round mask: dragged, pinched, turned with the wheel, or moved by keys. */
export function CropStage({ picture: { image, size }, view, onView }: CropStageProps) {
  const stage = useRef<HTMLDivElement>(null);
  const hint = useId();
  /** Where each finger was. */
  const fingers = useRef(new Map<number, { x: number; y: number }>());
  const latest = useRef(view);
  latest.current = view;
  const put = (next: View) => {
    latest.current = next;
    onView(next);
  };

  useEffect(() => {
    const element = stage.current;
    // React's own listener may not keep the page from scrolling.
    const turn = (event: WheelEvent) => {
      event.preventDefault();
      const { current } = latest;
      onView(zoomed(size, current, current.zoom * ZOOM_STEP ** -Math.sign(event.deltaY)));
    };
    element?.addEventListener("wheel", turn, { passive: false });
    return () => element?.removeEventListener("wheel", turn);
  }, [size, onView]);

  const press = (event: PointerEvent<HTMLDivElement>) => {
    event.currentTarget.setPointerCapture(event.pointerId);
    fingers.current.set(event.pointerId, { x: event.clientX, y: event.clientY });
  };
  const drag = (event: PointerEvent<HTMLDivElement>) => {
    const before = fingers.current.get(event.pointerId);
    if (!before) return;
    const now = { x: event.clientX, y: event.clientY };
    const other = [...fingers.current].find(([id]) => id !== event.pointerId)?.[1];
    fingers.current.set(event.pointerId, now);
    if (other) {
      const ratio = distance(now, other) / Math.max(1, distance(before, other));
      put(zoomed(size, latest.current, latest.current.zoom * ratio));
    } else {
      const [right, down] = [before.x - now.x, before.y - now.y];
      put(moved(size, latest.current, right / CIRCLE_PX, down / CIRCLE_PX));
    }
  };
  const release = (event: PointerEvent<HTMLDivElement>) => {
    fingers.current.delete(event.pointerId);
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const arrow = ARROWS[event.key];
    const step = event.shiftKey ? STEP_LARGE : STEP;
    if (arrow) put(moved(size, view, arrow[0] * step, arrow[1] * step));
    else if (event.key === "+" || event.key === "=") put(zoomed(size, view, view.zoom * ZOOM_STEP));
    else if (event.key === "-") put(zoomed(size, view, view.zoom / ZOOM_STEP));
    else return;
    event.preventDefault();
  };

  const scale = CIRCLE_PX / sideOf(size, view);
  return (
    <div>
      {/* biome-ignore lint/a11y/useSemanticElements: it holds a picture, no fields */}
      <div
        ref={stage}
        role="group"
        aria-label={t("settings.crop_stage")}
        aria-describedby={hint}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: keys move what is in it
        tabIndex={0}
        onKeyDown={onKeyDown}
        onPointerDown={press}
        onPointerMove={drag}
        onPointerUp={release}
        onPointerCancel={release}
        className="relative h-75 cursor-grab touch-none overflow-clip rounded-menu bg-sunken select-none active:cursor-grabbing"
      >
        <img
          src={image.src}
          alt=""
          draggable={false}
          className="absolute max-w-none"
          style={{
            width: size.width * scale,
            height: size.height * scale,
            left: `calc(50% - ${view.x * scale}px)`,
            top: `calc(50% - ${view.y * scale}px)`,
          }}
        />
        <span
          aria-hidden="true"
          className="crop-mask pointer-events-none absolute inset-0 m-auto rounded-full"
          style={{ width: CIRCLE_PX, height: CIRCLE_PX }}
        />
      </div>
      <p id={hint} className="mt-2 text-12 text-ink-3">
        {t("settings.crop_hint")}
      </p>
    </div>
  );
}

function distance(a: { x: number; y: number }, b: { x: number; y: number }): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
