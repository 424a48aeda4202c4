import { beforeEach, describe, expect, it, vi } from "vitest";
import { initialState } from "../../realtime/initial";
import { store } from "../../realtime/store";
import { ANTON, AT, INES, me, message, ROOM, room } from "../../realtime/testing/fixtures";
import { useView } from "../view";
import { useConsent } from "./consent";
import { watchNotifications } from "./notify";
import { isWorth } from "./rules";
import { takeTurns } from "./turn";

const viewer = me();
const other = { ...message(1).author, id: viewer.id + 1 };
const said = (body: string, more = {}) => ({ ...message(1), author: other, body, ...more });
const inRoom = (notify: "all" | "mentions" | "none", more = {}) =>
  room({ ...more, me: { ...room().me, notify } as never });

describe("what is worth a notification", () => {
  it("follows what the room is set to", () => {
    const mention = said(`Hello @${viewer.username}`);
    expect(isWorth(said("Hello"), inRoom("all"), viewer)).toBe(true);
    expect(isWorth(said("Hello"), inRoom("mentions"), viewer)).toBe(false);
    expect(isWorth(mention, inRoom("mentions"), viewer)).toBe(true);
    expect(isWorth(mention, inRoom("none"), viewer)).toBe(false);
  });

  it("is everything in a direct room that is not muted", () => {
    expect(isWorth(said("Hello"), inRoom("mentions", { kind: "direct" }), viewer)).toBe(true);
    expect(isWorth(said("Hello"), inRoom("none", { kind: "direct" }), viewer)).toBe(false);
  });

  it("is nothing of one's own, no notes, and nothing while one is not to be disturbed", () => {
    expect(
      isWorth({ ...said("Hello"), author: { ...other, id: viewer.id } }, inRoom("all"), viewer),
    ).toBe(false);
    expect(isWorth(said("", { kind: "joined" }), inRoom("all"), viewer)).toBe(false);
    expect(isWorth(said("Hello"), inRoom("all"), { ...viewer, presence: "busy" })).toBe(false);
    expect(isWorth(said("Hello"), undefined, viewer)).toBe(false);
  });
});

/** Locks as the browser has them: one holder of an exclusive name, the next in turn when it lets go. */
function fakeLocks() {
  const held: { name: string; mode: LockMode }[] = [];
  const waiting: (() => void)[] = [];
  const request = async (
    name: string,
    { mode }: { mode: LockMode },
    task: () => Promise<void>,
  ): Promise<void> => {
    while (mode === "exclusive" && held.some((lock) => lock.name === name)) {
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
    const lock = { name, mode };
    held.push(lock);
    await task();
    held.splice(held.indexOf(lock), 1);
    for (const wake of waiting.splice(0)) wake();
  };
  return { request, query: async () => ({ held }) } as unknown as LockManager;
}

const see = (state: DocumentVisibilityState) => {
  vi.spyOn(document, "visibilityState", "get").mockReturnValue(state);
  document.dispatchEvent(new Event("visibilitychange"));
  return vi.waitFor(() => undefined);
};

describe("the tab that rings", () => {
  it("is one of the hidden ones, the next when it goes, and none while one is seen", async () => {
    const locks = fakeLocks();
    await see("hidden");
    const [first, second] = [takeTurns(locks), takeTurns(locks)];
    await vi.waitFor(async () => expect(await first.mine()).toBe(true));
    expect(await second.mine()).toBe(false);

    await see("visible");
    expect(await first.mine()).toBe(false);
    await see("hidden");
    await vi.waitFor(async () => expect(await first.mine()).toBe(true));

    first.stop();
    await vi.waitFor(async () => expect(await second.mine()).toBe(true));
    expect(await first.mine()).toBe(false);
    second.stop();
    vi.restoreAllMocks();
  });
});

describe("what was shown", () => {
  const shown = vi.fn();
  const close = vi.fn();
  const withUnread = (unread: number) => {
    const here = room();
    return { [ROOM]: { ...here, me: here.me && { ...here.me, unread } } };
  };

  beforeEach(async () => {
    vi.clearAllMocks();
    class Notification {
      close = close;
      constructor() {
        shown();
      }
    }
    vi.stubGlobal("Notification", Notification);
    useConsent.setState({ permission: "granted", choice: "on" });
    useView.setState({ roomId: null });
    await see("hidden");
    const session = { status: "signed_in", me: viewer } as const;
    store.setState({ ...initialState(), session, rooms: withUnread(0) }, true);
  });

  it("of a whisper goes when its room is looked at, not when rooms change", async () => {
    const watch = watchNotifications(() => {});
    const ids = { id: 1, roomId: ROOM, fromId: ANTON.id, toId: INES.id };
    const whisper = { ...ids, body: "psst", sentAt: AT, afterSeq: 1 };
    store.setState({ whispers: { [ROOM]: [whisper] } });
    await vi.waitFor(() => expect(shown).toHaveBeenCalledOnce());
    store.setState({ rooms: withUnread(0) });
    await see("visible");
    expect(close).not.toHaveBeenCalled();
    useView.setState({ roomId: ROOM });
    expect(close).toHaveBeenCalledOnce();
    watch.stop();
  });

  it("of a message goes when it was read elsewhere", async () => {
    const watch = watchNotifications(() => {});
    store.setState({ rooms: withUnread(1) });
    watch.arrived(said(`Hello @${viewer.username}`));
    await vi.waitFor(() => expect(shown).toHaveBeenCalledOnce());
    expect(close).not.toHaveBeenCalled();
    store.setState({ rooms: withUnread(0) });
    expect(close).toHaveBeenCalledOnce();
    watch.stop();
  });
});
