import { beforeEach, expect, it, vi } from "vitest";
import { store } from "../realtime/store";
import { ANTON, AT, INES, message, ROOM, stateWith } from "../realtime/testing/fixtures";
import { useToasts } from "../ui/toast-store";
import { onShowTail } from "./show-tail";
import { tellWhisper } from "./tell-whisper";
import { useView } from "./view";

const navigate = vi.fn();

beforeEach(() => {
  useToasts.setState({ toasts: [] });
  navigate.mockClear();
});

function tell(roomId: number | null, atTail: boolean) {
  const state = stateWith([message(1)]);
  const window = state.windows[ROOM];
  if (!window) throw new Error("no window");
  store.setState({ ...state, windows: { [ROOM]: { ...window, atTail } } }, true);
  useView.setState({ roomId });
  const ids = { id: 1, roomId: ROOM, fromId: ANTON.id, toId: INES.id };
  tellWhisper({ ...ids, body: "psst", sentAt: AT, afterSeq: 1 }, navigate);
  return useToasts.getState().toasts;
}

it("shows no more of a whisper that is seen anyway", () => {
  expect(tell(ROOM, true)).toEqual([]);
});

it("leads whoever reads farther up to it", () => {
  const shown = vi.fn();
  const stop = onShowTail(shown);
  const [toast] = tell(ROOM, false);
  toast?.action?.run();
  expect(shown).toHaveBeenCalledExactlyOnceWith(ROOM);
  expect(navigate).not.toHaveBeenCalled();
  stop();
});

it("leads whoever is elsewhere to its room", () => {
  const [toast] = tell(null, true);
  toast?.action?.run();
  expect(navigate).toHaveBeenCalledOnce();
});
