/** What is searched for, as the address has it and as the server is asked for it. Pure, but for the local calendar. */

/** Days are local, as `<input type="date">` gives them: "2026-11-20". */
export type Filters = {
  text: string;
  roomId: number | null;
  authorId: number | null;
  /** From the beginning of this day on. */
  from: string;
  /** Until the end of this day. */
  until: string;
};

export const NO_FILTERS: Filters = { text: "", roomId: null, authorId: null, from: "", until: "" };

/** Reads them off an address; what makes no sense there is left out. */
export function readFilters(query: string): Filters {
  const params = new URLSearchParams(query);
  return {
    text: params.get("q") ?? "",
    roomId: id(params.get("room")),
    authorId: id(params.get("author")),
    from: day(params.get("from")),
    until: day(params.get("until")),
  };
}

/** The same as a query, without what is not limited. */
export function writeFilters({ text, roomId, authorId, from, until }: Filters): string {
  const params = new URLSearchParams();
  if (text) params.set("q", text);
  if (roomId !== null) params.set("room", String(roomId));
  if (authorId !== null) params.set("author", String(authorId));
  if (from) params.set("from", from);
  if (until) params.set("until", until);
  return params.toString();
}

/** Whether there is anything to look for. */
export function isAsking(filters: Filters): boolean {
  const { text, authorId, from, until } = filters;
  return text.trim() !== "" || authorId !== null || from !== "" || until !== "";
}

export type Question = {
  search?: string;
  room_id?: number;
  author_id?: number;
  after?: string;
  before?: string;
};

/** What the server is asked: times instead of days, both as this person's clock has them. */
export function questionOf({ roomId, authorId, from, until }: Filters): Question {
  return {
    ...(roomId !== null && { room_id: roomId }),
    ...(authorId !== null && { author_id: authorId }),
    ...(from && { after: startOf(from) }),
    ...(until && { before: startOf(until, 1) }),
  };
}

/** When a local day begins, or the one so many days later. */
export function startOf(of: string, later = 0): string {
  const [year = 0, month = 1, date = 1] = of.split("-").map(Number);
  return new Date(year, month - 1, date + later).toISOString();
}

function id(value: string | null): number | null {
  return value && /^[1-9]\d{0,15}$/.test(value) ? Number(value) : null;
}

function day(value: string | null): string {
  const isDay = value && /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(value));
  return isDay ? value : "";
}
