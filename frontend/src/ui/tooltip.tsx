import { useEffect, useRef } from "react";
import { isTouch } from "../lib/platform";
import { placeElement } from "./place";

const HOVER_DELAY_MS = 450;

/**
 * The only tooltip of the page. Anything with `data-tooltip` gets it on hover or keyboard focus;
 * `data-tooltip-keys` adds the keys. The text repeats a name that assistive technology has already, so it is hidden from it.
 */
export function TooltipLayer() {
  const ref = useRef<HTMLDivElement>(null);

  useEffect(() => {
    const tip = ref.current;
    if (!tip?.showPopover) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let current: HTMLElement | null = null;

    const hide = () => {
      clearTimeout(timer);
      current = null;
      if (tip.matches(":popover-open")) tip.hidePopover();
    };
    const show = (target: HTMLElement) => {
      if (!target.isConnected || target.getAttribute("aria-expanded") === "true") return;
      fill(tip, target);
      if (!tip.matches(":popover-open")) tip.showPopover();
      placeElement(tip, target, "top-center", false);
    };
    const onEnter = (event: Event) => {
      const target = closest(event.target);
      if (target === current) return;
      hide();
      if (!target) return;
      current = target;
      if (event.type === "focusin") {
        // A finger has no tooltips, and a sheet that opens gives the focus to something.
        if (target.matches(":focus-visible") && !isTouch()) show(target);
      } else if (!(event instanceof PointerEvent && event.pointerType === "touch")) {
        timer = setTimeout(() => show(target), HOVER_DELAY_MS);
      }
    };
    const onKey = (event: KeyboardEvent) => {
      if (event.key === "Escape") hide();
    };

    // What brought it here began before it could hear of it.
    const hovered = [...document.querySelectorAll<HTMLElement>("[data-tooltip]:hover")].at(-1);
    const focused = closest(document.activeElement);
    if (hovered) {
      current = hovered;
      timer = setTimeout(() => show(hovered), HOVER_DELAY_MS);
    } else if (focused?.matches(":focus-visible")) {
      current = focused;
      show(focused);
    }

    document.addEventListener("pointerover", onEnter);
    document.addEventListener("focusin", onEnter);
    document.addEventListener("focusout", hide);
    document.addEventListener("pointerdown", hide, true);
    document.addEventListener("scroll", hide, true);
    document.addEventListener("keydown", onKey, true);
    return () => {
      clearTimeout(timer);
      document.removeEventListener("pointerover", onEnter);
      document.removeEventListener("focusin", onEnter);
      document.removeEventListener("focusout", hide);
      document.removeEventListener("pointerdown", hide, true);
      document.removeEventListener("scroll", hide, true);
      document.removeEventListener("keydown", onKey, true);
    };
  }, []);

  return (
    <div
      ref={ref}
      popover="manual"
      aria-hidden="true"
      className="pointer-events-none fixed m-0 max-w-75 rounded-control bg-ink px-2 py-1 text-12 text-panel"
    />
  );
}

function closest(target: EventTarget | null): HTMLElement | null {
  return target instanceof Element ? target.closest<HTMLElement>("[data-tooltip]") : null;
}

function fill(tip: HTMLElement, target: HTMLElement) {
  tip.textContent = target.dataset.tooltip ?? "";
  const keys = target.dataset.tooltipKeys;
  if (!keys) return;
  const hint = document.createElement("span");
  hint.className = "ms-2 opacity-70";
  hint.textContent = keys;
  tip.append(hint);
}
