/**
 * What the keyboard of an iPhone covers is left free: it lies over the page there, whose height stays as it is, and
 * the composer would be under it. Others shrink the page (`interactive-widget` in index.html). Never
 * animated: that would come behind the keyboard.
 */
export function leaveKeyboardFree(view: VisualViewport): () => void {
  const { style } = document.documentElement;
  const update = () => {
    // Whoever zooms in sees less of the page for another reason.
    if (view.scale > 1) return;
    const covered = Math.max(0, window.innerHeight - view.height);
    style.setProperty("--keyboard", `${covered}px`);
    // The browser pushes the whole page up to show the field; it is in sight anyway now.
    if (covered > 0) window.scrollTo(0, 0);
  };
  update();
  view.addEventListener("resize", update);
  return () => {
    view.removeEventListener("resize", update);
    style.removeProperty("--keyboard");
  };
}
