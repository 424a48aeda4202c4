/** Whether a text is needed before anybody is signed in. */
export function isFirst(key: string): boolean;
