import { describe, expect, it } from "vitest";
import { ANTON, INES, message } from "../../realtime/testing/fixtures";
import type { Message, Pending, Whisper } from "../../realtime/types";
import { buildRows, type Row } from "./rows";

const MINUTE_MS = 60_000;
const START = Date.parse("2026-11-16T09:00:00Z");

/** A message of the room's `seq`, so many minutes after nine. */
function said(seq: number, minutes: number, patch: Partial<Message> = {}): Message {
  const created_at = new Date(START + minutes * MINUTE_MS).toISOString();
  return message(seq, { created_at, author: ANTON, ...patch });
}

function whisper(afterSeq: number, minutes: number): Whisper {
  return {
    id: afterSeq,
    roomId: 5,
    fromId: ANTON.id,
    toId: INES.id,
    body: "psst",
    sentAt: new Date(START + minutes * MINUTE_MS).toISOString(),
    afterSeq,
  };
}

function pending(nonce: string, minutes: number): Pending {
  return {
    nonce,
    roomId: 5,
    body: "on its way",
    replyTo: null,
    createdAt: START + minutes * MINUTE_MS,
    status: "queued",
    error: null,
  };
}

function rowsOf(input: Partial<Parameters<typeof buildRows>[0]>): Row[] {
  return buildRows({
    rows: [],
    hasBefore: true,
    hasAfter: false,
    newAfter: null,
    whispers: [],
    outbox: [],
    viewerId: INES.id,
    dayOf: (at) => at.slice(0, 10),
    ...input,
  });
}

/** "day m1* m2 new m3*": a star marks the head of a group. */
function sketch(rows: readonly Row[]): string {
  return rows
    .map((row) => {
      if (row.kind === "message") return `m${row.message.seq}${row.isHead ? "*" : ""}`;
      if (row.kind === "note") return `n${row.message.seq}`;
      if (row.kind === "pending") return `p${row.isHead ? "*" : ""}`;
      if (row.kind === "whisper") return "w";
      return row.kind;
    })
    .join(" ");
}

describe("groups", () => {
  it("gathers what one person says within five minutes of the last", () => {
    const rows = [said(1, 0), said(2, 4), said(3, 9), said(4, 15)];
    expect(sketch(rowsOf({ rows }))).toBe("day m1* m2 m3 m4*");
  });

  it("begins anew with another author", () => {
    const rows = [said(1, 0), said(2, 1, { author: INES }), said(3, 2)];
    expect(sketch(rowsOf({ rows }))).toBe("day m1* m2* m3*");
  });

  it("begins anew after a note of the room", () => {
    const rows = [said(1, 0), said(2, 1, { kind: "joined", body: null }), said(3, 2)];
    expect(sketch(rowsOf({ rows }))).toBe("day m1* n2 m3*");
  });

  it("begins anew on another day, under a line that names it", () => {
    const rows = [said(1, 14 * 60 + 59), said(2, 15 * 60 + 1)];
    expect(sketch(rowsOf({ rows }))).toBe("day m1* day m2*");
  });

  it("goes on from a stored message to one on its way", () => {
    const rows = [said(1, 0, { author: INES })];
    expect(sketch(rowsOf({ rows, outbox: [pending("a", 1), pending("b", 2)] }))).toBe(
      "day m1* p p",
    );
  });
});

describe("the New line", () => {
  it("stands before the first message of somebody else that was not read", () => {
    const rows = [said(1, 0), said(2, 1, { author: INES }), said(3, 2)];
    expect(sketch(rowsOf({ rows, newAfter: 1 }))).toBe("day m1* m2* new m3*");
  });

  it("is not shown where everything was read, or was written by oneself", () => {
    const rows = [said(1, 0), said(2, 1, { author: INES })];
    expect(sketch(rowsOf({ rows, newAfter: 2 }))).toBe("day m1* m2*");
    expect(sketch(rowsOf({ rows, newAfter: 1 }))).toBe("day m1* m2*");
  });

  it("waits for the rows around it: nothing says that the first one held is the first unread", () => {
    const rows = [said(8, 0), said(9, 1)];
    expect(sketch(rowsOf({ rows, newAfter: 3 }))).toBe("day m8* m9");
    expect(sketch(rowsOf({ rows, newAfter: 3, hasBefore: false }))).toBe("begin day new m8* m9");
  });

  it("comes under the line of a day that begins with it", () => {
    const rows = [said(1, 0), said(2, 24 * 60)];
    expect(sketch(rowsOf({ rows, newAfter: 1 }))).toBe("day m1* day new m2*");
  });
});

describe("whispers", () => {
  it("stand after the row they came after, and part the group", () => {
    const rows = [said(1, 0), said(2, 2)];
    expect(sketch(rowsOf({ rows, whispers: [whisper(1, 1)] }))).toBe("day m1* w m2*");
  });

  it("stand at the end when nothing came after them, before what is on its way", () => {
    const rows = [said(1, 0)];
    const outbox = [pending("a", 3)];
    expect(sketch(rowsOf({ rows, whispers: [whisper(1, 1)], outbox }))).toBe("day m1* w p*");
  });

  it("are left out where their place is not held", () => {
    const rows = [said(5, 0), said(6, 1)];
    expect(sketch(rowsOf({ rows, whispers: [whisper(2, 0)] }))).toBe("day m5* m6");
    expect(sketch(rowsOf({ rows, whispers: [whisper(7, 0)], hasAfter: true }))).toBe("day m5* m6");
  });
});

describe("keys", () => {
  it("stay the same when an echo becomes a message", () => {
    const before = rowsOf({ outbox: [pending("nonce-1", 0)] }).at(-1);
    const rows = [said(1, 0, { author: INES, nonce: "nonce-1" })];
    expect(rowsOf({ rows }).at(-1)?.key).toBe(before?.key);
  });

  it("are all different", () => {
    const rows = [said(1, 0), said(2, 24 * 60, { kind: "left", body: null }), said(3, 24 * 60)];
    const keys = rowsOf({
      rows,
      newAfter: 1,
      hasBefore: false,
      whispers: [whisper(1, 1)],
      outbox: [pending("a", 24 * 60)],
    }).map((row) => row.key);
    expect(new Set(keys).size).toBe(keys.length);
  });
});

it("shows nothing of what is on its way while the tail is not held", () => {
  expect(sketch(rowsOf({ rows: [said(1, 0)], hasAfter: true, outbox: [pending("a", 1)] }))).toBe(
    "day m1*",
  );
});
