/** F6 goes round these: sidebar, log, composer, members. */
const ORDER = ["sidebar", "log", "composer", "members"];

/** Moves the focus to the next region that is on the screen; false when there is none. */
export function focusNextRegion(direction: 1 | -1): boolean {
  const regions = ORDER.flatMap((name) => {
    const element = document.querySelector<HTMLElement>(`[data-region="${name}"]`);
    return element && element.getClientRects().length > 0 ? [element] : [];
  });
  if (regions.length === 0) return false;
  const at = regions.findIndex((region) => region.contains(document.activeElement));
  const next = at === -1 ? (direction === 1 ? 0 : regions.length - 1) : at + direction;
  const region = regions[(next + regions.length) % regions.length];
  if (region) landing(region).focus();
  return true;
}

/** What takes the focus inside a region: itself, its current entry, or its first control. */
function landing(region: HTMLElement): HTMLElement {
  if (region.tabIndex >= 0) return region;
  return (
    region.querySelector<HTMLElement>('[data-composer], [aria-current="page"]') ??
    region.querySelector<HTMLElement>("a[href], button:not(:disabled), textarea, input") ??
    region
  );
}
