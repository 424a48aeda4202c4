/**
 * Who belongs to a room of more people than a page holds: first those who are online, all of them where that is
 * bearable, then the others, page by page. A chunk of its own, because most rooms are smaller.
 */
import type { List, Member } from "../api/types";
import type { Which } from "./members";
import type { MemberList } from "./types";

/** So many of those who are online are shown; more than that nobody looks through. */
export const HERE_MAX = 200;
/** So many of the others are asked for anew; the next ones come again as one scrolls. */
const OTHERS_MAX = 300;

type Ask = (query: { online: boolean; cursor?: string }) => Promise<List<Member>>;

export async function askCrowd(
  ask: Ask,
  which: Which,
  held: MemberList | undefined,
): Promise<List<Member>> {
  if (which === "more" && held?.next) return ask({ online: false, cursor: held.next });
  const here = await pages(ask, true, HERE_MAX);
  if (which === "here") return { items: here.items, next: held?.next ?? null };
  const shown = (held?.items.length ?? 0) - here.items.length;
  const others = await pages(ask, false, Math.min(shown, OTHERS_MAX));
  return { items: [...here.items, ...others.items], next: others.next };
}

/** Pages until there are so many, or no more. */
async function pages(ask: Ask, online: boolean, count: number): Promise<List<Member>> {
  const items: Member[] = [];
  let next: string | null = null;
  do {
    const page: List<Member> = await ask({ online, ...(next && { cursor: next }) });
    items.push(...page.items);
    next = page.next;
  } while (next && items.length < count);
  return { items, next };
}
