import { randomUUID } from "node:crypto";
import type { Caller, Room } from "./caller";

/** Sends of one person that are under way at the same time: they share the server's commits. */
const AT_ONCE = 32;
const ATTEMPTS_MAX = 5;

const KINDS = [
  (n: number) => `line ${n}`,
  (n: number) =>
    `line ${n}: a sentence that is long enough to be broken on a phone, and is not here`,
  (n: number) => `line ${n}\n\n> What was said before it\n\nand an answer to **that**`,
  (n: number) => `line ${n}\n\n- one\n- two\n- three`,
  (n: number) => `line ${n}\n\n\`\`\`\nlet kettle = ${n};\nkettle.boil()?;\n\`\`\``,
  (n: number) => `line ${n} with \`code\`, https://example.org/${n} and an emoji 🫖`,
];

/** The `n`th of many messages: short and tall ones, as people write them. */
export function variousText(n: number): string {
  return (KINDS[(n * 7) % KINDS.length] ?? KINDS[0])?.(n) ?? "";
}

/** Lets somebody say `count` messages as fast as the server takes them; answers how long it took. */
export async function flood(
  who: Caller,
  room: Room,
  count: number,
  text: (n: number) => string = variousText,
): Promise<number> {
  const began = performance.now();
  let next = 1;
  const sender = async () => {
    while (next <= count) {
      const n = next;
      next += 1;
      await surely(who, room, text(n));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, sender));
  return performance.now() - began;
}

/** Says something once, however often a busy machine makes the server give up on the request. */
async function surely(who: Caller, room: Room, body: string): Promise<void> {
  const nonce = randomUUID();
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await who.call("POST", `/api/rooms/${room.id}/messages`, { body, nonce });
    } catch (error) {
      if (attempt === ATTEMPTS_MAX) throw error;
    }
  }
}
