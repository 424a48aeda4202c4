import { useState } from "react";
import { ApiError } from "../../api/error";
import { showTail } from "../../app/show-tail";
import { startWhisper, stopReply } from "../../app/talk";
import { clearWhisperText, setWhisperText } from "../../app/whisper-texts";
import { t } from "../../i18n";
import { isBlank } from "../../lib/text";
import { getState, send, stopTyping, whisper } from "../../realtime/store";
import type { Me, Message, Room, UserId } from "../../realtime/types";
import { errorText } from "../../ui/form-errors";
import { findPerson } from "./find-person";
import { isWhisperCommand, whisperCommand } from "./trigger";

type Input = {
  room: Room;
  me: Me;
  text: string;
  setText: (text: string) => void;
  /** To whom one whispers; undefined: one writes to the room. */
  to: UserId | undefined;
  reply: Message | undefined;
};

/** Sends what was written to where it is meant for. What could not be whispered stays, and why is said. */
export function useSend({ room, me, text, setText, to, reply }: Input) {
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
    setBusy(true);
    try {
      await whisper(room.id, person, body);
      clearWhisperText({ userId: me.id, roomId: room.id, to: person }, body);
      showTail(room.id);
    } catch (error) {
      setProblem(whisperProblem(error, person));
    } finally {
      setBusy(false);
    }
  };

  const sendCommand = async () => {
    const command = whisperCommand(text);
    if (!command) return setProblem(t("whisper.usage"));
    setBusy(true);
    let person: UserId | null;
    try {
      person = await findPerson(command.name);
    } catch (error) {
      return setProblem(errorText(error));
    } finally {
      setBusy(false);
    }
    if (person === null) return setProblem(t("whisper.unknown", { name: command.name }));
    if (person === me.id) return setProblem(t("whisper.self"));
    enter(person, command.body);
    if (!isBlank(command.body)) await sendWhisper(person, command.body);
  };

  const submit = async () => {
    if (isBusy) return;
    setProblem("");
    if (to !== undefined) return sendWhisper(to, text);
    if (isWhisperCommand(text)) return sendCommand();
    send(room.id, text, reply ?? null);
    setText("");
    stopReply(room.id);
    stopTyping(room.id);
    showTail(room.id);
  };

  return { submit, enter, problem, forget: () => setProblem(""), isBusy };
}

/** Why a whisper did not arrive. It is not kept for later: nobody stores whispers. */
function whisperProblem(error: unknown, to: UserId): string {
  const name = getState().people[to]?.display_name ?? "…";
  const code = error instanceof ApiError ? error.code : "";
  if (code === "not_online") return t("whisper.not_online", { name });
  if (code === "network" || code === "timeout") return t("whisper.no_connection");
  return errorText(error);
}
