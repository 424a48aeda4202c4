/** What only whispering needs of the composer; loaded with the first whisper. */
import { ApiError } from "../../api/error";
import { t } from "../../i18n";
import { getState, whisper } from "../../realtime/store";
import type { RoomId, UserId } from "../../realtime/types";
import { errorText } from "../../ui/form-errors";
import { findPerson } from "./find-person";
import { whisperCommand } from "./trigger";

/** Whispers; answers why it did not arrive, null if it did. It is not kept for later: nobody stores whispers. */
export async function whisperTo(
  roomId: RoomId,
  person: UserId,
  body: string,
): Promise<string | null> {
  try {
    await whisper(roomId, person, body);
    return null;
  } catch (error) {
    const name = getState().people[person]?.display_name ?? "…";
    const code = error instanceof ApiError ? error.code : "";
    if (code === "not_online") return t("whisper.not_online", { name });
    if (code === "network" || code === "timeout") return t("whisper.no_connection");
    return errorText(error);
  }
}

/** Whom `/w name` means, and what follows the name; or what is wrong with it. */
export async function readCommand(
  text: string,
  meId: UserId,
): Promise<{ person: UserId; body: string } | string> {
  const command = whisperCommand(text);
  if (!command) return t("whisper.usage");
  let person: UserId | null;
  try {
    person = await findPerson(command.name);
  } catch (error) {
    return errorText(error);
  }
  if (person === null) return t("whisper.unknown", { name: command.name });
  if (person === meId) return t("whisper.self");
  return { person, body: command.body };
}
