/** The names of all parts. */
export const PARTS: readonly string[];
/** The part that a text is in: when it is loaded. */
export function partOf(key: string): string;
