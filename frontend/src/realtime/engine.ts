/**
 * Puts the parts together for one signed-in person: socket, reducer, outbox, read marks, cache.
 * `store.ts` documents what the screens may ask for and delegates here.
 */
import type { StoreApi } from "zustand/vanilla";
import { auth } from "../api/auth";
import { api, call } from "../api/client";
import { ApiError } from "../api/error";
import type { FormerBody, List, Me, Message, Profile, Room, SentFile } from "../api/types";
import { setServerName } from "../lib/server-name";
import { Cache } from "./cache";
import { openDatabase } from "./database";
import { directory } from "./directory";
import { forgetDrafts, startDrafts } from "./drafts";
import { tailOf } from "./events";
import { Loader } from "./loader";
import { Outbox } from "./outbox";
import { outboxStorage } from "./outbox-storage";
import type { CommandFields, CommandType, ReplyData } from "./protocol";
import { ActionQueue } from "./queue";
import { ReadMarks } from "./readmarks";
import type { Effect } from "./reducer";
import { type Clock, Socket } from "./socket";
import { announce, listen } from "./tabs";
import type { Pending, SignedOutReason, State } from "./types";
import { TypingOut } from "./typing";

interface EngineOptions {
  store: StoreApi<State>;
  onSessionEnd(reason: SignedOutReason): void;
  onArrived(message: Message): void;
  onGone(room: Room, why: "deleted" | "removed"): void;
}

export type Engine = ReturnType<typeof createEngine>;

const CLOCK: Clock = {
  now: () => Date.now(),
  setTimeout: (task, ms) => setTimeout(task, ms),
  clearTimeout: (timer) => clearTimeout(timer as ReturnType<typeof setTimeout>),
};

export function createEngine({ store, onSessionEnd, onArrived, onGone }: EngineOptions) {
  const state = () => store.getState();
  const opening = openDatabase();
  // Whoever uses it handles its absence; without anybody it must not count as unhandled.
  opening.catch(() => {});

  let outbox: Outbox | null = null;
  let stops: (() => void)[] = [];
  /** Rooms that are being left here: that they go is no news. */
  const leaving = new Set<number>();
  let typingTimer: unknown = null;

  const queue = new ActionQueue(store, (effects) => {
    for (const effect of effects) act(effect);
  });
  const dispatch = queue.dispatch.bind(queue);
  const cache = new Cache(opening, state);

  const socket = new Socket({
    open: () => new WebSocket(gatewayUrl()),
    clock: CLOCK,
    random: Math.random,
    accessToken: async () => samePerson(await auth.accessToken()),
    renew: () => auth.refresh(),
    expiresAt: () => auth.expiresAt(),
    resume: () => {
      queue.flush();
      const { epoch, windows } = state();
      if (epoch === null) return undefined;
      const held = Object.values(windows).filter((window) => window.isLoaded);
      return { epoch, rooms: Object.fromEntries(held.map(({ roomId, rev }) => [roomId, rev])) };
    },
    onEvent: (event) => {
      queue.enqueue({ type: "event", event, now: CLOCK.now() });
      if (event.type === "ready") setServerName(event.server_name);
      if (event.type === "ready" || event.type === "caught_up") queue.flush();
      if (event.type === "caught_up") caughtUp();
      if (event.type === "server.updated") setServerName(event.name);
      if (event.type === "read.updated") readMarks.known(event.room_id, event.last_read_seq);
    },
    onUnknownFrame: () => queue.enqueue({ type: "unknown_frame" }),
    onConnection: (connection) => dispatch({ type: "connection", connection }),
    onSignedOut: (reason) => onSessionEnd(reason),
  });

  const loader = new Loader({ api, socket, clock: CLOCK, state, dispatch });

  const readMarks = new ReadMarks({
    clock: CLOCK,
    send: (roomId, seq) =>
      socket.isReady
        ? socket.command("read.mark", { room_id: roomId, seq })
        : call(
            api.PUT("/api/rooms/{room_id}/read", {
              params: { path: { room_id: roomId } },
              body: { seq },
            }),
          ),
  });

  const typing = new TypingOut(CLOCK, (type, roomId) => {
    if (socket.isReady) socket.command(type, { room_id: roomId }).catch(() => {});
  });

  function act(effect: Effect): void {
    switch (effect.type) {
      case "sync":
        void loader.sync(effect.roomId, effect.after);
        break;
      case "stored":
        outbox?.confirmed(effect.nonce);
        break;
      case "arrived":
        onArrived(effect.message);
        break;
      case "room_gone":
        if (effect.room && !leaving.has(effect.roomId)) onGone(effect.room, effect.why);
        // A room that everybody may see is still there to be looked at; else the reply says 404.
        if (loader.openRoomId === effect.roomId) loader.open(effect.roomId);
        break;
    }
  }

  function caughtUp(): void {
    // What was missed while there was no socket; before the first one `run` has asked already.
    loadBlocks();
    loader.reenter();
    readMarks.flush();
    outbox?.wake();
  }

  /** Another tab may have signed in as somebody else: this page then starts anew as that person. */
  function samePerson(token: string): string {
    const { session } = state();
    const person = auth.me();
    if (session.status === "signed_in" && person && person.id !== session.me.id) {
      location.reload();
      throw new ApiError(401, "unauthenticated", "");
    }
    return token;
  }

  async function sendMessage(row: Pending): Promise<Message> {
    const fields = {
      body: row.body,
      nonce: row.nonce,
      ...(row.replyTo ? { reply_to: row.replyTo.id } : {}),
      ...(row.files?.length ? { file_ids: row.files.map(({ id }) => id) } : {}),
    };
    if (socket.isReady) {
      const { message } = await socket.command("message.send", { room_id: row.roomId, ...fields });
      return message;
    }
    if (navigator.onLine === false) throw new ApiError(0, "network", "");
    return call(
      api.POST("/api/rooms/{room_id}/messages", {
        params: { path: { room_id: row.roomId } },
        body: fields,
      }),
    );
  }

  function startOutbox(userId: number): void {
    outbox = new Outbox({
      userId,
      storage: outboxStorage(opening),
      clock: CLOCK,
      random: Math.random,
      locks: navigator.locks,
      send: sendMessage,
      onPending: (pending) => dispatch({ type: "pending", pending }),
      onGone: (roomId, nonce) => dispatch({ type: "pending_gone", roomId, nonce }),
      onStored: (message) => dispatch({ type: "message_answered", message }),
      announce,
      listen,
    });
    void outbox.start();
  }

  /** Everything that runs while somebody is signed in; `stop` ends it. */
  function run(me: Me): void {
    startOutbox(me.id);
    loadBlocks();
    stops = [
      startDrafts(me.id),
      on(window, "online", () => {
        socket.wake();
        outbox?.wake();
      }),
      on(document, "visibilitychange", () => {
        if (document.visibilityState === "visible") socket.wake();
        else away();
      }),
      on(window, "pagehide", away),
      listen((note) => {
        if (note.type !== "read" || note.userId !== me.id) return;
        readMarks.known(note.roomId, note.seq);
        dispatch({ type: "read", roomId: note.roomId, seq: note.seq });
      }),
      store.subscribe((now, before) => {
        if (now.rooms !== before.rooms || now.windows !== before.windows) cache.changed();
        if (now.typing !== before.typing) watchTyping();
      }),
    ];
    socket.start();
  }

  function loadBlocks(): void {
    rooms.loadBlocks().catch(() => undefined);
  }

  function away(): void {
    readMarks.flush();
    void cache.save();
  }

  /** Wakes when the first of those who type has been silent for too long. */
  function watchTyping(): void {
    CLOCK.clearTimeout(typingTimer);
    const ends = Object.values(state().typing).flatMap((people) => Object.values(people));
    if (ends.length === 0) return;
    const wait = Math.max(0, Math.min(...ends) - CLOCK.now());
    typingTimer = CLOCK.setTimeout(() => dispatch({ type: "tick", now: CLOCK.now() }), wait);
  }

  async function restore(userId: number): Promise<Me | null> {
    const restored = await cache.restore(userId);
    if (!restored) return null;
    const { me, ...rest } = restored;
    dispatch({ type: "restored", state: rest });
    return me;
  }

  function stop(): void {
    for (const end of stops) end();
    stops = [];
    CLOCK.clearTimeout(typingTimer);
    socket.stop();
    outbox?.stop();
    outbox = null;
    readMarks.stop();
    cache.stop();
    loader.reset();
    queue.clear();
  }

  const command = <T extends CommandType>(
    type: T,
    fields: CommandFields<T>,
  ): Promise<ReplyData<T>> => socket.command(type, fields);

  async function changed(answer: Promise<{ message: Message }>): Promise<Message> {
    const { message } = await answer;
    dispatch({ type: "message_answered", message });
    return message;
  }

  const rooms = directory(api, state, dispatch);

  return {
    ...rooms,

    async leaveRoom(roomId: number): Promise<void> {
      leaving.add(roomId);
      await rooms.leaveRoom(roomId).finally(() => leaving.delete(roomId));
    },

    async start(me: Me): Promise<void> {
      stop();
      await restore(me.id);
      dispatch({ type: "signed_in", me });
      run(me);
    },

    /** Starts from the last visit while the server cannot be reached; false when there is none. */
    async startOffline(): Promise<boolean> {
      const userId = auth.lastUserId();
      const me = userId === null ? null : await restore(userId);
      if (!me) return false;
      dispatch({ type: "signed_in", me });
      run(me);
      return true;
    },

    stop,

    async unsent(): Promise<number> {
      return (await outbox?.unsent()) ?? 0;
    },

    /** Removes what this device keeps of the person: unsent messages, drafts, the last visit. */
    async forget(): Promise<void> {
      const { session } = state();
      if (session.status !== "signed_in") return;
      readMarks.flush();
      await outbox?.clear();
      forgetDrafts(session.me.id);
      await cache.forget(session.me.id);
    },

    async forgetVisit(userId: number): Promise<void> {
      await cache.forget(userId);
    },

    openRoom(roomId: number): void {
      cache.looked(roomId);
      loader.open(roomId);
    },
    closeRoom: (roomId: number): void => loader.close(roomId),
    loadOlder: (roomId: number): Promise<void> => loader.older(roomId),
    loadNewer: (roomId: number): Promise<void> => loader.newer(roomId),
    jumpTo: (roomId: number, seq: number): Promise<boolean> => loader.around(roomId, seq),
    jumpToTail: (roomId: number): Promise<void> => loader.tail(roomId),
    setAtTail(roomId: number, atTail: boolean): void {
      if (state().windows[roomId]?.atTail === atTail) return;
      dispatch({ type: "at_tail", roomId, atTail });
    },
    clearNewLine: (roomId: number): void => dispatch({ type: "new_line_cleared", roomId }),

    send(
      roomId: number,
      body: string,
      replyTo: Message | null,
      files?: readonly SentFile[],
    ): string {
      if (!outbox) throw new Error("nobody is signed in");
      typing.sent(roomId);
      const { windows } = state();
      if (windows[roomId]?.hasAfter) void loader.tail(roomId);
      return outbox.add(
        roomId,
        body,
        replyTo && {
          id: replyTo.id,
          seq: replyTo.seq,
          author: replyTo.author,
          excerpt: [...(replyTo.body ?? "")].slice(0, 120).join(""),
        },
        files,
      );
    },
    retry: (nonce: string): void => outbox?.retry(nonce),
    editFailed: (nonce: string): string => outbox?.discard(nonce)?.body ?? "",
    discard(nonce: string): void {
      outbox?.discard(nonce);
    },

    editMessage: (messageId: number, body: string, ifRev?: number): Promise<Message> =>
      changed(
        command("message.edit", {
          message_id: messageId,
          body,
          ...(ifRev === undefined ? {} : { if_rev: ifRev }),
        }),
      ),
    deleteMessage: (messageId: number): Promise<Message> =>
      changed(command("message.delete", { message_id: messageId })),
    react: (messageId: number, emoji: string, on: boolean): Promise<Message> =>
      changed(command(on ? "reaction.add" : "reaction.remove", { message_id: messageId, emoji })),

    /** The message as it is now, also when it is far outside of what is held. */
    async getMessage(messageId: number): Promise<Message> {
      const params = { path: { message_id: messageId } };
      const message = await call(api.GET("/api/messages/{message_id}", { params }));
      dispatch({ type: "message_answered", message });
      return message;
    },
    learnProfiles: (profiles: readonly Profile[], asked: State["presence"]): void =>
      dispatch({ type: "profiles_answered", profiles, asked }),
    learnLatest: (messages: readonly Message[]): void =>
      dispatch({ type: "latest_answered", messages }),
    listEdits(messageId: number, cursor?: string): Promise<List<FormerBody>> {
      const params = { path: { message_id: messageId }, query: cursor ? { cursor } : {} };
      return call(api.GET("/api/messages/{message_id}/history", { params }));
    },

    markRead(roomId: number, seq: number): void {
      const { rooms, session } = state();
      if (session.status !== "signed_in" || (rooms[roomId]?.me?.last_read_seq ?? seq) >= seq)
        return;
      if (!readMarks.mark(roomId, seq)) return;
      dispatch({ type: "read", roomId, seq });
      announce({ type: "read", userId: session.me.id, roomId, seq });
    },

    startTyping: (roomId: number): void => typing.typed(roomId),
    stopTyping: (roomId: number): void => typing.stopped(roomId),

    async whisper(roomId: number, toId: number, body: string): Promise<void> {
      const { session } = state();
      if (session.status !== "signed_in") return;
      const reply = await command("whisper.send", { room_id: roomId, to: toId, body });
      const whisper = {
        id: reply.whisper_id,
        roomId,
        fromId: session.me.id,
        toId,
        body,
        sentAt: new Date(CLOCK.now()).toISOString(),
        afterSeq: tailOf(state(), roomId),
      };
      dispatch({ type: "whispered", whisper });
    },

    async setPresence(presence: Me["presence"], statusText?: string): Promise<void> {
      await command("presence.set", {
        presence,
        ...(statusText === undefined ? {} : { status_text: statusText }),
      });
      const { session } = state();
      if (session.status !== "signed_in") return;
      const status = statusText === undefined ? {} : { status_text: statusText };
      dispatch({ type: "me_changed", me: { ...session.me, presence, ...status } });
    },

    reconnect: (): void => socket.reconnect(),
  };
}

/** On the same origin as the page. */
function gatewayUrl(): string {
  return `${location.protocol === "https:" ? "wss:" : "ws:"}//${location.host}/gateway`;
}

function on(target: EventTarget, type: string, listener: () => void): () => void {
  target.addEventListener(type, listener);
  return () => target.removeEventListener(type, listener);
}
