import { lazy, type ReactNode, Suspense, useEffect, useState } from "react";

const TooltipLayer = lazy(() =>
  import("./tooltip").then(
    (module): { default: () => ReactNode } => ({ default: module.TooltipLayer }),
    // Every button has its name without it.
    () => ({ default: Nothing }),
  ),
);

function Nothing(): ReactNode {
  return null;
}

/** The page's tooltip, loaded when somebody first comes near anything that has one. */
export function LazyTooltip() {
  const [isNear, setNear] = useState(false);
  useEffect(() => {
    if (isNear) return;
    const look = ({ target }: Event) => {
      if (target instanceof Element && target.closest("[data-tooltip]")) setNear(true);
    };
    document.addEventListener("pointerover", look);
    document.addEventListener("focusin", look);
    return () => {
      document.removeEventListener("pointerover", look);
      document.removeEventListener("focusin", look);
    };
  }, [isNear]);
  return <Suspense fallback={null}>{isNear && <TooltipLayer />}</Suspense>;
}
