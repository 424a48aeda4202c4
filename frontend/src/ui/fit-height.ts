/** Whether the browser makes a field as high as its text by itself (`field-sizing: content`). */
const isFitted = globalThis.CSS?.supports?.("field-sizing", "content") ?? false;

/**
 * Makes a box as high as its text, up to its `max-height`; call after each change of the text. Where the browser does
 * it, this does nothing: to measure a text is to lay out the page, with every row that is in it, twice a key.
 */
export function fitHeight(box: HTMLTextAreaElement): void {
  if (isFitted) return;
  box.style.height = "auto";
  box.style.height = `${box.scrollHeight}px`;
}
