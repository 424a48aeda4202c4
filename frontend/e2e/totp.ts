import { createHmac } from "node:crypto";

const PERIOD_S = 30;
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** An authenticator: it never shows the same code twice, since the server takes none twice. */
export class Authenticator {
  private last = 0;
  private readonly key: Buffer;

  constructor(secret: string) {
    const bits = [...secret.replace(/\s/g, "")]
      .map((letter) => LETTERS.indexOf(letter).toString(2).padStart(5, "0"))
      .join("");
    const bytes = bits.match(/.{8}/g) ?? [];
    this.key = Buffer.from(bytes.map((byte) => Number.parseInt(byte, 2)));
  }

  /** The code of now, or of the next half minute, which is good already. */
  code(): string {
    const step = Math.max(Math.floor(Date.now() / 1000 / PERIOD_S), this.last + 1);
    this.last = step;
    return this.codeOf(step);
  }

  /** Six digits that are wrong now. */
  wrong(): string {
    const now = Math.floor(Date.now() / 1000 / PERIOD_S);
    const good = new Set([-2, -1, 0, 1, 2].map((off) => this.codeOf(now + off)));
    return ["000000", "111111", "222222", "333333", "444444", "555555"].find(
      (code) => !good.has(code),
    ) as string;
  }

  private codeOf(step: number): string {
    const counter = Buffer.alloc(8);
    counter.writeBigUInt64BE(BigInt(step));
    const digest = createHmac("sha1", this.key).update(counter).digest();
    const offset = digest.readUInt8(digest.length - 1) & 0xf;
    return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, "0");
  }
}
