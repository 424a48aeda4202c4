/**
 * Notifications of the browser, while nobody looks at any of its tabs: one per room, which the next
 * one of that room replaces and which goes when the room is looked at, or was read elsewhere. What is
 * whispered is not shown: systems keep what they have shown.
 */
import { t } from "../../i18n";
import { plainText } from "../../lib/markdown/render";
import { excerpt, said } from "../../lib/text";
import { selectMe } from "../../realtime/selectors";
import { getState, onArrived, store } from "../../realtime/store";
import type { Message, RoomId, State } from "../../realtime/types";
import { roomPath, roomReference } from "../../ui/room-name";
import { useView } from "../view";
import { askOnce, isOn, useConsent } from "./consent";
import { isWorth } from "./rules";
import { takeTurns } from "./turn";

const BODY_MAX = 160;

type Shown = { roomId: RoomId; title: string; body: string; icon: string };

/** Answers what takes a message that came before this was here, and the way to stop. */
export function watchNotifications(navigate: (path: string) => void) {
  const turn = takeTurns();
  const open = new Map<RoomId, { close(): void }>();

  const close = (roomId: RoomId) => {
    open.get(roomId)?.close();
    open.delete(roomId);
  };

  const ring = async (shown: Shown) => {
    if (!isOn(useConsent.getState()) || !(await turn.mine())) return;
    const notification = await show(shown, () => {
      window.focus();
      navigate(roomPath(shown.roomId));
    });
    if (notification) open.set(shown.roomId, notification);
  };

  const arrived = (message: Message) => {
    const state = getState();
    const me = selectMe(state);
    const room = state.rooms[message.room_id];
    if (!me || !room || !isWorth(message, room, me)) return;
    if (room.kind === "direct") askOnce();
    const name = message.author.display_name;
    void ring({
      roomId: room.id,
      title:
        room.kind === "direct" ? name : t("notify.in_room", { name, room: roomReference(room) }),
      body: excerpt(plainText(said(message)), BODY_MAX),
      icon: message.author.avatar_url ?? "/icon.svg",
    });
  };

  const changed = (now: State, before: State) => {
    if (now.whispers !== before.whispers) {
      for (const shown of whispersFrom(now, before)) void ring(shown);
    }
    if (now.rooms === before.rooms) return;
    // A whisper is never among what is unread: that nothing is says nothing of it.
    for (const roomId of open.keys()) {
      if (unread(before, roomId) > 0 && unread(now, roomId) === 0) close(roomId);
    }
  };

  const looked = () => {
    const { roomId } = useView.getState();
    if (roomId !== null && document.visibilityState === "visible") close(roomId);
  };
  document.addEventListener("visibilitychange", looked);

  const stops = [
    onArrived(arrived),
    store.subscribe(changed),
    useView.subscribe(looked),
    () => document.removeEventListener("visibilitychange", looked),
    turn.stop,
  ];
  return {
    arrived,
    stop: () => {
      for (const stop of stops) stop();
      for (const notification of open.values()) notification.close();
    },
  };
}

const unread = ({ rooms }: State, roomId: RoomId) => rooms[roomId]?.me?.unread ?? 0;

/** Whispers to this person that are new. */
function whispersFrom(now: State, before: State): Shown[] {
  const me = selectMe(now)?.id;
  return Object.entries(now.whispers).flatMap(([id, whispers]) => {
    const whisper = whispers.at(-1);
    if (!whisper || before.whispers[Number(id)] === whispers || whisper.fromId === me) return [];
    if (now.blocked[whisper.fromId]) return [];
    const room = now.rooms[whisper.roomId];
    if (room?.me?.notify === "none") return [];
    const author = now.people[whisper.fromId];
    return {
      roomId: whisper.roomId,
      title: author?.display_name ?? "…",
      body: t("notify.whisper"),
      icon: author?.avatar_url ?? "/icon.svg",
    };
  });
}

async function show({ roomId, title, body, icon }: Shown, onClick: () => void) {
  const options = { body, icon, tag: `room-${roomId}`, renotify: true };
  try {
    const notification = new Notification(title, options);
    notification.onclick = () => {
      notification.close();
      onClick();
    };
    return notification;
  } catch {
    // Phones only let the worker notify; it leads to the room by itself.
    const worker = await navigator.serviceWorker?.getRegistration();
    await worker?.showNotification(title, { ...options, data: { path: roomPath(roomId) } });
    return worker ? { close: () => void closeByTag(worker, options.tag) } : null;
  }
}

async function closeByTag(worker: ServiceWorkerRegistration, tag: string) {
  for (const notification of await worker.getNotifications({ tag })) notification.close();
}
