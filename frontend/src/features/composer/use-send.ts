import { useState } from "react";
import { showTail } from "../../app/show-tail";
import { type Attached, startWhisper, stopReply } from "../../app/talk";
import { clearWhisperText, setWhisperText } from "../../app/whisper-texts";
import { withTexts } from "../../i18n";
import { isBlank } from "../../lib/text";
import { send, stopTyping } from "../../realtime/store";
import type { Me, Message, Room, UserId } from "../../realtime/types";
import { errorText } from "../../ui/form-errors";
import { isWhisperCommand } from "./trigger";

type Input = {
  room: Room;
  me: Me;
  text: string;
  setText: (text: string) => void;
  /** To whom one whispers; undefined: one writes to the room. */
  to: UserId | undefined;
  reply: Message | undefined;
  /** What goes with it, all of it uploaded. */
  files: readonly Attached[];
};

/** Sends what was written to where it is meant for. What could not be whispered stays, and why is said. */
export function useSend({ room, me, text, setText, to, reply, files }: Input) {
  const [problem, setProblem] = useState("");
  const [isBusy, setBusy] = useState(false);

  /** Goes over to whispering with what was written so far. */
  const enter = (person: UserId, body: string) => {
    if (body) setWhisperText({ userId: me.id, roomId: room.id, to: person }, body);
    setText("");
    stopTyping(room.id);
    startWhisper(room.id, person);
  };

  const sendWhisper = async (person: UserId, body: string) => {
    const { whisperTo } = await whispering();
    const why = await whisperTo(room.id, person, body);
    if (why) return setProblem(why);
    clearWhisperText({ userId: me.id, roomId: room.id, to: person }, body);
    showTail(room.id);
  };

  const sendCommand = async () => {
    const { readCommand } = await whispering();
    const command = await readCommand(text, me.id);
    if (typeof command === "string") return setProblem(command);
    enter(command.person, command.body);
    if (!isBlank(command.body)) await sendWhisper(command.person, command.body);
  };

  /** Whispers are answered before one goes on. */
  const wait = async (task: Promise<void>) => {
    setBusy(true);
    try {
      await task;
    } catch (error) {
      setProblem(errorText(error));
    } finally {
      setBusy(false);
    }
  };

  const submit = async () => {
    if (isBusy) return;
    setProblem("");
    if (to !== undefined) return wait(sendWhisper(to, text));
    if (isWhisperCommand(text)) return wait(sendCommand());
    const sent = files.flatMap((file) => file.sent ?? []);
    send(room.id, text, reply ?? null, sent);
    if (sent.length > 0) {
      void import("../../app/files/attach").then(({ forgetFiles }) => forgetFiles(room.id));
    }
    setText("");
    stopReply(room.id);
    stopTyping(room.id);
    showTail(room.id);
  };

  return { submit, enter, problem, forget: () => setProblem(""), isBusy };
}

const whispering = () => withTexts("message", import("./whispering"));
