type Key = Pick<globalThis.KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey">;

/** Where the focus goes in a list of `labels` from `index` (-1: nowhere yet) on this key; null when the key means nothing here. */
export function nextIndex(event: Key, index: number, labels: readonly string[]): number | null {
  const count = labels.length;
  if (count === 0) return null;
  switch (event.key) {
    case "ArrowDown":
      return (index + 1) % count;
    case "ArrowUp":
      return index <= 0 ? count - 1 : index - 1;
    case "Home":
      return 0;
    case "End":
      return count - 1;
  }
  if (event.key.length !== 1 || event.key === " " || event.ctrlKey || event.metaKey || event.altKey)
    return null;
  const letter = event.key.toLocaleLowerCase();
  for (let step = 1; step <= count; step += 1) {
    const candidate = (Math.max(index, -1) + step) % count;
    if (labels[candidate]?.trim().toLocaleLowerCase().startsWith(letter)) return candidate;
  }
  return null;
}
