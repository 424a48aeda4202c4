/**
 * The realtime core, as the screens see it.
 *
 * - **State** is one pure object (`types.ts`), read by `useStore(selector)`. Select as little as
 *   possible: a component renders again when what its selector answers changes by `===`. Derived
 *   lists come from `selectors.ts`, which answers the same object while nothing changed.
 * - **Actions** are the functions of this file. They need no arguments but what a person means.
 *   Those that a screen has to wait for answer a promise and reject with `ApiError` (`../api/error`);
 *   the others show their outcome in the state.
 * - **How it works below**: `socket.ts` keeps one WebSocket (`protocol.ts`: its frames), frames are
 *   queued and applied once per animation frame by `reducer.ts`, which is pure and answers what
 *   has to be asked next (a gap: `sync`). `outbox.ts` keeps what was written until it is stored,
 *   `drafts.ts` what is being written, `readmarks.ts` what was read, `tabs.ts` talks to the other
 *   tabs, `cache.ts` remembers the last visit for the next start.
 * - This file is small on purpose: the engine behind it (`engine.ts`) is a chunk of its own, which
 *   a person who only sees the login never loads.
 *
 * A room's timeline is `windows[id].rows` (stored messages, by `seq`), with `whispers[id]` after
 * the rows they came after (`afterSeq`) and `outbox[id]` (one's own unsent) at the end, the last
 * only where `hasAfter` is false. A sent message leaves `outbox` in the very step in which it
 * enters `rows`; take `nonce ?? id` as the row's key and the element stays the same.
 */
import { createStore, useStore as useSelected } from "zustand";
import { auth, type SetUp, type SignIn, type SignUp } from "../api/auth";
import { ApiError } from "../api/error";
import type {
  CreateRoom,
  FormerBody,
  List,
  Me,
  Message,
  Presence,
  Profile,
  Room,
  SentFile,
  UpdateMe,
} from "../api/types";
import { loadTexts } from "../i18n";
import type { Engine } from "./engine";
import { initialState } from "./initial";
import type { Which } from "./members";
import { announce, listen } from "./tabs";
import type { SignedOutReason, State } from "./types";

export type { Engine };

/** The state, for code outside of components. Never `setState` it from a screen. */
export const store = createStore<State>(() => initialState());

/** What `selector` picks of the state; renders again when that changes. */
export function useStore<T>(selector: (state: State) => T): T {
  return useSelected(store, selector);
}

/** The state now. */
export function getState(): State {
  return store.getState();
}

/** How often a start without a network and without a last visit is tried again. */
const BOOT_RETRY_MS = 2_000;

// --- Session -----------------------------------------------------------------------------------

/**
 * Finds out who is here: by the refresh cookie, or, where the server cannot be reached, from what
 * the last visit left. Ends with `session.status` other than `booting`. Call once, at start.
 */
export async function boot(): Promise<void> {
  watchSession();
  if (!auth.mayHaveSession()) return signedOut("none");
  // The chunk and the token are fetched side by side: both are needed to show a room.
  const loading = loadEngine();
  for (;;) {
    try {
      const me = await auth.refresh();
      return await (await loading).start(me);
    } catch (error) {
      if (error instanceof ApiError && !error.isTransient) return signedOut("none");
      if (await (await loading).startOffline()) return;
    }
    // Nothing to show and nobody to ask: that is no reason to sign anybody out.
    await networkOr(BOOT_RETRY_MS);
  }
}

/** Waits so long, or until the browser says that there is a network again. */
function networkOr(ms: number): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      removeEventListener("online", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    addEventListener("online", done);
  });
}

/**
 * Rejects with `ApiError`: `bad_credentials`, `totp_required`, `totp_invalid`, `email_not_verified`,
 * `rate_limited`, `invalid` with fields, `network`.
 */
export async function signIn(input: SignIn): Promise<void> {
  await enter("/api/auth/login", input);
}

/**
 * Makes an account and signs in. Rejects with `username_taken`, `invalid` with fields, …, and with
 * `email_not_verified` where the address of the new account must be verified first.
 */
export async function signUp(input: SignUp): Promise<void> {
  await enter("/api/auth/register", input);
}

/** Makes the first superuser of a fresh server and signs in. Rejects with `link_invalid`, too. */
export async function setUp(input: SetUp): Promise<void> {
  await enter("/api/auth/setup", input);
}

/** Signs in by another call that answers tokens: coming back from a provider. */
export async function enter(path: string, body: object): Promise<void> {
  await begin(auth.enter(path, body));
}

async function begin(signing: Promise<Me>): Promise<void> {
  const [me, engine] = await Promise.all([signing, loadEngine()]);
  await engine.start(me);
}

/**
 * Signs out on this device. With messages that were not sent yet it does nothing and answers
 * `{ done: false, unsent }`: ask, and call again with `discardUnsent`.
 */
export async function signOut(
  options: { discardUnsent?: boolean } = {},
): Promise<{ done: boolean; unsent: number }> {
  const engine = await loadEngine();
  await Promise.all([...partings].map((task) => task()));
  const unsent = await engine.unsent();
  if (unsent > 0 && !options.discardUnsent) return { done: false, unsent };
  await engine.forget();
  // Before the server ends the session: it tells the other tabs too, and not that it was done here.
  announce({ type: "signed_out" });
  await auth.signOut();
  signedOut("none");
  return { done: true, unsent: 0 };
}

/** Has `task` done before somebody signs out, while the server still listens to them. */
export function beforeSignOut(task: () => Promise<void>): void {
  partings.add(task);
}

/** Changes one's own profile, language or presence. */
export async function updateMe(patch: UpdateMe): Promise<Me> {
  return (await loadEngine()).updateMe(patch);
}

/** Takes `known`, one's own profile as another call answered it; without it the server is asked. */
export async function refreshMe(known?: Me): Promise<Me> {
  return (await loadEngine()).refreshMe(known);
}

// --- Rooms -------------------------------------------------------------------------------------

/**
 * Shows a room: what is held is in the state at once, then it is brought up to date; a room that
 * was not held yet loads its newest page (`loading.whole`). Failures stand in `windows[id].failed`.
 * Enters the room, so that typing and presence of it arrive. One room is open at a time.
 */
export function openRoom(roomId: number): void {
  withEngine((engine) => engine.openRoom(roomId));
}

/** Leaves the view of a room (not its membership). Its window stays for the next `openRoom`. */
export function closeRoom(roomId: number): void {
  withEngine((engine) => engine.closeRoom(roomId));
}

/** Loads the page before the first row; nothing while one is loading or there is none. */
export async function loadOlder(roomId: number): Promise<void> {
  return (await loadEngine()).loadOlder(roomId);
}

/** Loads the page after the last row; nothing while one is loading or the tail is held. */
export async function loadNewer(roomId: number): Promise<void> {
  return (await loadEngine()).loadNewer(roomId);
}

/** Puts the window around `seq` (25 rows on each side); answers whether the room could be read. */
export async function jumpTo(roomId: number, seq: number): Promise<boolean> {
  return (await loadEngine()).jumpTo(roomId, seq);
}

/** Puts the window at the room's tail again; nothing if it is there. */
export async function jumpToTail(roomId: number): Promise<void> {
  return (await loadEngine()).jumpToTail(roomId);
}

/**
 * Tells whether the reader is at the tail. While not, a full window does not drop the rows that
 * are being read for new ones: it lets go of the tail instead (`hasAfter`). True after `openRoom`.
 */
export function setAtTail(roomId: number, atTail: boolean): void {
  withEngine((engine) => engine.setAtTail(roomId, atTail));
}

/** Takes the New line away until the room is opened again. */
export function clearNewLine(roomId: number): void {
  withEngine((engine) => engine.clearNewLine(roomId));
}

/** Makes a room and becomes its owner; it is in `rooms` when the promise resolves. */
export async function createRoom(input: CreateRoom): Promise<Room> {
  return (await loadEngine()).createRoom(input);
}

/** Becomes a member. Rejects with `room_staff_only` (403) or `not_found`. */
export async function joinRoom(roomId: number): Promise<Room> {
  return (await loadEngine()).joinRoom(roomId);
}

export async function leaveRoom(roomId: number): Promise<void> {
  return (await loadEngine()).leaveRoom(roomId);
}

/** The one room with this person, made if need be. */
export async function openDirect(userId: number): Promise<Room> {
  return (await loadEngine()).openDirect(userId);
}

/**
 * Loads the members of a room into `members[id]`: all of them where there are no more than a page holds. Of others
 * it loads who is online and a page of the rest; `more` adds the next one, `here` those who are online now.
 */
export async function listMembers(roomId: number, which: Which = "all"): Promise<void> {
  return (await loadEngine()).listMembers(roomId, which);
}

/** Puts how people are into `presence`, where nothing was told since `asked`, which was known then. */
export function learnProfiles(profiles: readonly Profile[], asked: State["presence"]): void {
  withEngine((engine) => engine.learnProfiles(profiles, asked));
}

// --- Messages ----------------------------------------------------------------------------------

/**
 * Sends a message: it is in `outbox[roomId]` before this returns, survives a reload, and goes out
 * in order as soon as it can. Answers its nonce.
 */
export function send(
  roomId: number,
  body: string,
  replyTo: Message | null = null,
  files: readonly SentFile[] = [],
): string {
  return engineNow().send(roomId, body, replyTo, files);
}

/** Tries a failed message again, with the same nonce. */
export function retry(nonce: string): void {
  withEngine((engine) => engine.retry(nonce));
}

/** Takes a failed message back for the composer: it is gone from the outbox; answers its text. */
export function editFailed(nonce: string): string {
  return engineNow().editFailed(nonce);
}

/** Gives up a failed message. */
export function discard(nonce: string): void {
  withEngine((engine) => engine.discard(nonce));
}

/** Rejects with `forbidden`, `invalid`, `conflict` (somebody changed it meanwhile, with `ifRev`). */
export async function editMessage(
  messageId: number,
  body: string,
  ifRev?: number,
): Promise<Message> {
  return (await loadEngine()).editMessage(messageId, body, ifRev);
}

/** Deletes for good, at once; screens use `deletions.ts`, which leaves time to undo it. */
export async function deleteMessage(messageId: number): Promise<Message> {
  return (await loadEngine()).deleteMessage(messageId);
}

/** One message as it is now; also put into the state, where its room is held. */
export async function getMessage(messageId: number): Promise<Message> {
  return (await loadEngine()).getMessage(messageId);
}

/** Puts the newest texts of rooms into `latest`, where nothing newer was seen. */
export function learnLatest(messages: readonly Message[]): void {
  withEngine((engine) => engine.learnLatest(messages));
}

/** What a message said before its edits, the latest first; its author and moderators may ask. */
export async function listEdits(messageId: number, cursor?: string): Promise<List<FormerBody>> {
  return (await loadEngine()).listEdits(messageId, cursor);
}

/** Puts one's own `emoji` on a message, or takes it away with `on: false`; both are idempotent. */
export async function react(messageId: number, emoji: string, on: boolean): Promise<Message> {
  return (await loadEngine()).react(messageId, emoji, on);
}

/** Everything up to `seq` was read: call freely, it is sent at most every 2 s and never back. */
export function markRead(roomId: number, seq: number): void {
  withEngine((engine) => engine.markRead(roomId, seq));
}

// --- Ephemeral ---------------------------------------------------------------------------------

/** Call on each key press: repeated to the server every 3 s at most. */
export function startTyping(roomId: number): void {
  withEngine((engine) => engine.startTyping(roomId));
}

export function stopTyping(roomId: number): void {
  withEngine((engine) => engine.stopTyping(roomId));
}

/** Rejects with `not_online`, or `network` while there is no socket: keep the text then. */
export async function whisper(roomId: number, toUserId: number, body: string): Promise<void> {
  return (await loadEngine()).whisper(roomId, toUserId, body);
}

export async function setPresence(presence: Presence, statusText?: string): Promise<void> {
  return (await loadEngine()).setPresence(presence, statusText);
}

// --- Connection --------------------------------------------------------------------------------

/** Tries to connect now instead of at `connection.retryAt`. */
export function reconnect(): void {
  withEngine((engine) => engine.reconnect());
}

/**
 * Calls `listener` with each new message of somebody else, live or caught up, in any room: for the
 * announcer and for notifications. Answers the way to stop.
 */
export function onArrived(listener: (message: Message) => void): () => void {
  arrivedListeners.add(listener);
  return () => arrivedListeners.delete(listener);
}

/** Calls `listener` when a room was deleted, or this person removed from it. Answers the way to stop. */
export function onGone(listener: GoneListener): () => void {
  goneListeners.add(listener);
  return () => goneListeners.delete(listener);
}

type GoneListener = (room: Room, why: "deleted" | "removed") => void;

// --- Below -------------------------------------------------------------------------------------

const partings = new Set<() => Promise<void>>();
const arrivedListeners = new Set<(message: Message) => void>();
const goneListeners = new Set<GoneListener>();
let engine: Engine | null = null;
let engineLoading: Promise<Engine> | null = null;
let watching = false;

async function loadEngine(): Promise<Engine> {
  // The words of the screens come with what fills them.
  engineLoading ??= Promise.all([import("./engine"), loadTexts("rest")]).then(
    ([{ createEngine }]) => {
      engine = createEngine({
        store,
        onSessionEnd: (reason) => signedOut(reason),
        onArrived: (message) => {
          for (const listener of arrivedListeners) listener(message);
        },
        onGone: (room, why) => {
          for (const listener of goneListeners) listener(room, why);
        },
      });
      return engine;
    },
  );
  return engineLoading;
}

/** For actions without an answer: in the same task once the engine is here, which it then is. */
function withEngine(use: (engine: Engine) => void): void {
  if (engine) use(engine);
  else void loadEngine().then(use);
}

/** For actions that answer at once; only a signed-in screen calls them. */
function engineNow(): Engine {
  if (!engine) throw new Error("nobody is signed in");
  return engine;
}

function signedOut(reason: SignedOutReason): void {
  const { session } = getState();
  engine?.stop();
  // Whoever ended the session elsewhere does not want its rooms to be read here any longer.
  if (session.status === "signed_in" && reason !== "expired") {
    void engine?.forgetVisit(session.me.id);
  }
  auth.forget();
  store.setState({ ...initialState(), session: { status: "signed_out", reason } }, true);
}

function watchSession(): void {
  if (watching) return;
  watching = true;
  auth.onEnd((reason) => {
    if (getState().session.status === "signed_in") signedOut(reason);
  });
  listen((note) => {
    if (note.type !== "signed_out" || getState().session.status !== "signed_in") return;
    signedOut("elsewhere");
  });
}
