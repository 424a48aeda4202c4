import { api, call } from "../../api/client";
import type { List, Message } from "../../api/types";
import type { Question } from "./filters";

/** The server looks at a bounded number of messages per call: so many empty pages are passed over in a row. */
const EMPTY_MAX = 20;

/** One page of what was found, the newest first. */
export async function searchMessages(
  question: Question & { cursor?: string; limit?: number },
): Promise<List<Message>> {
  let cursor = question.cursor;
  for (let tries = 1; ; tries += 1) {
    const query = { ...question, ...(cursor && { cursor }) };
    const page = (await call(api.GET("/api/messages", { params: { query } }))) as List<Message>;
    if (page.items.length > 0 || page.next === null || tries >= EMPTY_MAX) return page;
    cursor = page.next;
  }
}
