import { renderHook } from "@testing-library/react";
import { expect, it, vi } from "vitest";
import { initialState } from "../realtime/initial";
import { store } from "../realtime/store";
import { INES, me, message, ROOM } from "../realtime/testing/fixtures";
import { startReply, useTalk } from "./talk";
import { useBackground } from "./use-background";
import { setWhisperText, whisperText } from "./whisper-texts";

vi.mock("./background", () => ({ startBackground: () => () => {} }));

it("keeps what is half said when everything is drawn anew, and forgets it when the person goes", () => {
  const to = { userId: INES.id, roomId: ROOM, to: 2 };
  store.setState({ ...initialState(), session: { status: "signed_in", me: me() } }, true);
  startReply(message(1));
  setWhisperText(to, "half a whisper");

  renderHook(useBackground).unmount();
  expect(useTalk.getState().replies[ROOM]).toBeDefined();
  expect(whisperText(to)).toBe("half a whisper");

  const { unmount } = renderHook(useBackground);
  store.setState({ session: { status: "signed_out", reason: "none" } });
  unmount();
  expect(useTalk.getState().replies).toEqual({});
  expect(whisperText(to)).toBe("");
});
