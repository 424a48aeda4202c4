import { beforeEach, expect, it, vi } from "vitest";
import type { Message, Room } from "../api/types";
import { initialState } from "../realtime/initial";
import { reduce } from "../realtime/reducer";
import { message, room } from "../realtime/testing/fixtures";
import type { State } from "../realtime/types";

/** What the server has, and what it was asked. */
const server = vi.hoisted(() => ({
  messages: [] as Message[],
  asked: [] as string[],
  isDown: false,
  beforeAnswer: () => {},
}));
const held = vi.hoisted(() => ({ state: null as unknown }));

vi.mock("../realtime/store", () => ({
  getState: () => held.state,
  learnLatest: (messages: readonly Message[]) => {
    held.state = reduce(state(), { type: "latest_answered", messages }).state;
  },
}));

vi.mock("../api/client", () => ({
  call: async (answer: unknown) => answer,
  api: {
    GET: async (path: string, { params }: { params: { path?: { room_id: number } } }) => {
      const roomId = params.path?.room_id;
      server.asked.push(roomId === undefined ? path : String(roomId));
      if (server.isDown) throw new Error("down");
      const items = server.messages.filter(({ room_id }) => room_id === (roomId ?? room_id));
      server.beforeAnswer();
      if (roomId !== undefined) return { items };
      return { items: items.filter(({ deleted_at }) => !deleted_at).toReversed() };
    },
  },
}));

const state = () => held.state as State;

function know(...rooms: Room[]): Room[] {
  const all = Object.fromEntries(rooms.map((each) => [each.id, each]));
  held.state = { ...initialState(), rooms: { ...state()?.rooms, ...all }, latest: state()?.latest };
  return rooms;
}

const rooms = (...ids: number[]) => ids.map((id) => room({ id, head: 3 }));
const latest = () => Object.values(state().latest).map(({ body }) => body);

/** A page of its own each time: what was asked is remembered for its life. */
async function ask(of: readonly Room[]): Promise<void> {
  const { askLastLines } = await import("./last-lines");
  await askLastLines(of);
}

beforeEach(() => {
  vi.resetModules();
  held.state = initialState();
  Object.assign(server, { messages: [], asked: [], isDown: false, beforeAnswer: () => {} });
});

it("asks for the last text of a room once, and keeps it in the store", async () => {
  server.messages = [message(1), message(2), message(3, { kind: "joined", body: null })];
  server.messages = server.messages.map((each) => ({ ...each, room_id: 1 }));
  const [one] = know(...rooms(1));
  await ask([one as Room]);
  await ask([one as Room]);
  expect(latest()).toEqual(["message 2"]);
  expect(server.asked).toEqual(["1"]);
});

it("asks for many with one question, and singly for those that it did not name", async () => {
  server.messages = [
    message(3, { room_id: 1, body: "one" }),
    message(3, { room_id: 2, body: "two" }),
    message(2, { room_id: 3, body: "before what was deleted" }),
    message(1, {
      id: 9,
      seq: 3,
      rev: 3,
      room_id: 3,
      body: null,
      deleted_at: "2026-01-01T00:00:00Z",
    }),
    message(3, { room_id: 4, body: "four" }),
  ];
  await ask(know(...rooms(1, 2, 3, 4)));
  expect(latest()).toEqual(["one", "two", null, "four"]);
  expect(server.asked).toEqual(["/api/messages", "3"]);
});

it("asks again about a room without a text once something changed there, not before", async () => {
  const [empty] = know(...rooms(1));
  await ask([empty as Room]);
  await ask([empty as Room]);
  expect(server.asked).toEqual(["1"]);
  server.messages = [message(4, { room_id: 1 })];
  await ask(know(room({ id: 1, head: 4 })));
  expect(latest()).toEqual(["message 4"]);
});

it("does not believe an answer that is older than what happened meanwhile", async () => {
  server.messages = [message(3, { room_id: 1, body: "in haste" })];
  server.beforeAnswer = () => {
    know(room({ id: 1, head: 4 }));
  };
  await ask(know(...rooms(1)));
  expect(latest()).toEqual([]);
});

it("asks again after a failure", async () => {
  server.isDown = true;
  const [one] = know(...rooms(1));
  await ask([one as Room]);
  server.isDown = false;
  server.messages = [message(3, { room_id: 1 })];
  await ask([one as Room]);
  expect(latest()).toEqual(["message 3"]);
});
