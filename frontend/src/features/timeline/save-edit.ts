import { ApiError } from "../../api/error";
import { editMessage, getMessage } from "../../realtime/store";
import type { Message } from "../../realtime/types";

/** Reactions change a message as well: so often the same text may have got another number meanwhile. */
const TRIES_MAX = 4;

/**
 * Saves a new text over the form that the writer saw. Where somebody has changed the *text* since, nothing is
 * saved and the newer message is answered; another change (a reaction) is no reason to ask.
 */
export async function saveEdit(base: Message, text: string): Promise<Message | null> {
  let { rev } = base;
  for (let tries = 1; ; tries += 1) {
    try {
      await editMessage(base.id, text, rev);
      return null;
    } catch (error) {
      const isConflict = error instanceof ApiError && error.code === "conflict";
      if (!isConflict || tries >= TRIES_MAX) throw error;
    }
    const now = await getMessage(base.id);
    if (now.body !== base.body) return now;
    rev = now.rev;
  }
}
