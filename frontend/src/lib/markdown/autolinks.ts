/** Addresses that are links as they are typed, without any marks. */

export interface Autolink {
  start: number;
  end: number;
  href: string;
}

/**
 * A web address up to the next space, or an e-mail address. Each begins where no word goes on, so
 * a long run of letters is looked at once.
 */
const ADDRESS =
  /(?<![\p{L}\p{N}])(?:(?:https?|ftp):\/\/|www\.)[\p{L}\p{N}[](?:(?!\]\()[^\s<])*|(?<![\w.+-])[\w.+-]{1,64}@[\w-]+(?:\.[\w-]*[a-z0-9])+(?![-_])/giu;

/** Every one of a text, in order. Some may stand in code or in a link: the reader skips those. */
export function autolinks(text: string): Autolink[] {
  if (!text.includes("://") && !text.includes("@") && !/www\./i.test(text)) return [];
  return [...text.matchAll(ADDRESS)].map(({ 0: found, index: start }) => {
    const isMail = /^[^:/]*@/.test(found);
    const address = isMail ? found : withoutSentence(found);
    const prefix = isMail ? "mailto:" : /^www/i.test(address) ? "http://" : "";
    return { start, end: start + address.length, href: prefix + address };
  });
}

/** An address without the punctuation of the sentence around it. */
function withoutSentence(address: string): string {
  // A bracket that was opened in the address belongs to it.
  const open = { ")": surplus(address, "(", ")"), "]": surplus(address, "[", "]") };
  let end = address.length;
  for (; end > 0; end -= 1) {
    const last = address.charAt(end - 1);
    if ("?!.,:;*_'\"~".includes(last)) continue;
    if (last !== ")" && last !== "]") break;
    if (open[last] <= 0) break;
    open[last] -= 1;
  }
  return address.slice(0, end);
}

/** How many more of them close than open. */
function surplus(text: string, opening: string, closing: string): number {
  return text.split(closing).length - text.split(opening).length;
}
