/**
 * A room as the server keeps it, in a few lines: each change takes the next number, a message keeps
 * the number it was born with as `seq` and that of its latest change as `rev`.
 */
import type { History, Message, Sync } from "../../api/types";
import { ANTON, AT, INES, message, ROOM } from "./fixtures";

export type Change =
  | { kind: "create"; by: "anton" | "ines" }
  | { kind: "reply" | "edit" | "react" | "delete"; at: number }
  | { kind: "join" };

export class RoomModel {
  head = 0;
  readonly messages: Message[] = [];
  /** Every change as its live event told it. */
  readonly events: Message[] = [];

  apply(change: Change): Message {
    const told = this.#take(change);
    this.events.push(told);
    return told;
  }

  /** `(after, to]` as a sync answers it: only present forms, ordered by `rev`. */
  sync(after: number, to = this.head): Sync {
    const messages = this.messages
      .filter(({ rev }) => rev > after && rev <= to)
      .sort((a, b) => a.rev - b.rev)
      .map((of) => this.#shown(of));
    return { room_id: ROOM, from: after, to, reset: false, messages };
  }

  page(query: { before?: number; after?: number; around?: number }, limit: number): History {
    const all = this.messages;
    let from = Math.max(0, all.length - limit);
    if (query.before !== undefined) {
      const end = all.filter(({ seq }) => seq < (query.before ?? 0)).length;
      from = Math.max(0, end - limit);
      return this.#page(from, end);
    }
    if (query.after !== undefined) from = all.filter(({ seq }) => seq <= (query.after ?? 0)).length;
    if (query.around !== undefined) {
      const at = all.filter(({ seq }) => seq < (query.around ?? 0)).length;
      from = Math.max(0, at - Math.floor(limit / 2));
    }
    return this.#page(from, Math.min(all.length, from + limit));
  }

  /** What stands in the room from `first` to `last`, in its present form. */
  between(first: number, last: number): Message[] {
    return this.messages
      .filter(({ seq }) => seq >= first && seq <= last)
      .map((of) => this.#shown(of));
  }

  #page(from: number, to: number): History {
    return {
      items: this.messages.slice(from, to).map((of) => this.#shown(of)),
      head: this.head,
      has_before: from > 0,
      has_after: to < this.messages.length,
    };
  }

  #take(change: Change): Message {
    this.head += 1;
    const rev = this.head;
    if (change.kind === "create") {
      return this.#born(message(rev, { author: change.by === "ines" ? INES : ANTON }));
    }
    const at = "at" in change ? change.at % Math.max(1, this.messages.length) : 0;
    const of = this.messages[at];
    // A note stays as it is; what was deleted can still be answered.
    const stays = of?.kind !== "text" || of.deleted_at !== null;
    if (change.kind === "join" || !of || (stays && change.kind !== "reply")) {
      return this.#born(message(rev, { kind: "joined", body: null }));
    }
    switch (change.kind) {
      case "reply": {
        const reply_to = { id: of.id, seq: of.seq, author: of.author, excerpt: "" };
        return this.#born(message(rev, { reply_to }));
      }
      case "edit":
        return this.#changed(at, { ...of, rev, body: `edited at ${rev}`, edited_at: AT });
      case "react": {
        const reactions = [{ emoji: "👍", count: rev, user_ids: [ANTON.id] }];
        return this.#changed(at, { ...of, rev, reactions });
      }
      default:
        return this.#changed(at, { ...of, rev, body: null, reactions: [], deleted_at: AT });
    }
  }

  #born(of: Message): Message {
    this.messages.push(of);
    return this.#shown(of);
  }

  #changed(at: number, of: Message): Message {
    this.messages[at] = of;
    return this.#shown(of);
  }

  /** The beginning of what a message answers is read anew each time it is shown. */
  #shown(of: Message): Message {
    const answered = this.messages.find(({ id }) => id === of.reply_to?.id);
    if (!of.reply_to || !answered) return of;
    return { ...of, reply_to: { ...of.reply_to, excerpt: answered.body ?? "" } };
  }
}
