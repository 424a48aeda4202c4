import { fireEvent, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, it, vi } from "vitest";
import { forgetTalk, startWhisper, useTalk } from "../../app/talk";
import { forgetDrafts, getDraft, setDraft } from "../../realtime/drafts";
import * as store from "../../realtime/store";
import { ANTON, me, message, pending, ROOM, stateWith } from "../../realtime/testing/fixtures";
import Failure from "./Failure";

vi.mock(import("../../realtime/store"), async (original) => ({
  ...(await original()),
  editFailed: vi.fn(() => "not sent"),
  retry: vi.fn(),
  getMessage: vi.fn(async () => message(1)),
}));

const ASKED = message(2, { author: ANTON, body: "When?" });
const REPLY = { id: ASKED.id, seq: ASKED.seq, author: ANTON, excerpt: "When?" };

beforeEach(() => {
  store.store.setState(stateWith([ASKED]), true);
  forgetDrafts(me().id);
  forgetTalk();
});

async function edit(patch: Parameters<typeof pending>[1]) {
  render(<Failure pending={pending("n", { status: "failed", ...patch })} me={me()} />);
  await userEvent.click(screen.getByRole("button", { name: "Edit" }));
}

it("gives the composer the text and what it answers", async () => {
  await edit({ replyTo: REPLY });
  expect(getDraft(me().id, ROOM)).toMatchObject({ text: "not sent", replyTo: ASKED.id });
  expect(useTalk.getState().replies[ROOM]).toEqual(ASKED);
});

it("asks for what is answered where it is not held", async () => {
  await edit({ replyTo: { ...REPLY, id: 1001, seq: 1 } });
  expect(store.getMessage).toHaveBeenCalledWith(1001);
  await vi.waitFor(() => expect(useTalk.getState().replies[ROOM]).toEqual(message(1)));
});

it("leaves what is being written, and what that answers", async () => {
  setDraft(me().id, ROOM, "Soon", ASKED.id);
  await edit({ replyTo: null });
  expect(getDraft(me().id, ROOM)).toMatchObject({ text: "Soon\nnot sent", replyTo: ASKED.id });
});

it("shows the text to whoever is whispering: the draft lies under a whisper", async () => {
  startWhisper(ROOM, ANTON.id);
  await edit({});
  expect(useTalk.getState().whispers[ROOM]).toBeUndefined();
});

it("leads on to where one writes when a key pressed what goes away", () => {
  render(
    <>
      <textarea data-composer aria-label="Composer" />
      <Failure pending={pending("n", { status: "failed" })} me={me()} />
    </>,
  );
  const button = screen.getByRole("button", { name: "Retry" });
  fireEvent.click(button, { detail: 1 });
  expect(screen.getByLabelText("Composer")).not.toHaveFocus();
  fireEvent.click(button, { detail: 0 });
  expect(store.retry).toHaveBeenCalledTimes(2);
  expect(screen.getByLabelText("Composer")).toHaveFocus();
});
