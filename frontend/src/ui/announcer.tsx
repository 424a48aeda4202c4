import { useEffect, useRef } from "react";

type Urgency = "polite" | "assertive";

/** A region is emptied after this time, so that the same sentence can be said again. */
const CLEAR_MS = 4000;

const regions: Record<Urgency, HTMLElement | null> = { polite: null, assertive: null };
const timers: Partial<Record<Urgency, ReturnType<typeof setTimeout>>> = {};

/** Says a sentence to people who listen instead of look. Assertive is for connection and failures only. */
export function announce(text: string, urgency: Urgency = "polite") {
  const region = regions[urgency];
  if (!region) return;
  region.textContent = text;
  clearTimeout(timers[urgency]);
  timers[urgency] = setTimeout(() => {
    region.textContent = "";
  }, CLEAR_MS);
}

/** The two live regions of the page, mounted once and before anything is said. */
export function Announcer() {
  const polite = useRef<HTMLDivElement>(null);
  const assertive = useRef<HTMLDivElement>(null);
  useEffect(() => {
    regions.polite = polite.current;
    regions.assertive = assertive.current;
    return () => {
      regions.polite = null;
      regions.assertive = null;
    };
  }, []);
  return (
    <>
      <div ref={polite} aria-live="polite" aria-atomic="true" className="sr-only" />
      <div ref={assertive} aria-live="assertive" aria-atomic="true" className="sr-only" />
    </>
  );
}
