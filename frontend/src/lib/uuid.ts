/** UUIDv7 (RFC 9562): sorts by the time it was made, so nonces sort in the order of writing. */

let lastMs = 0;
let counter = 0;

/**
 * Makes one; within a page they always ascend, even in one millisecond or when the clock is set
 * back (`rand_a` is a counter, method 1 of section 6.2).
 */
export function uuidv7(now: number = Date.now()): string {
  const random = crypto.getRandomValues(new Uint8Array(10));
  if (now > lastMs) {
    lastMs = now;
    // The upper half stays free to count up in.
    counter = (((random[0] ?? 0) << 8) | (random[1] ?? 0)) & 0x7ff;
  } else if (counter < 0xfff) {
    counter += 1;
  } else {
    lastMs += 1;
    counter = 0;
  }
  const time = lastMs.toString(16).padStart(12, "0");
  const variant = ((random[2] ?? 0) & 0x3f) | 0x80;
  const rest = [variant, ...random.slice(3)].map((byte) => byte.toString(16).padStart(2, "0"));
  const low = rest.join("").slice(0, 16);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${counter.toString(16).padStart(3, "0")}-${low.slice(0, 4)}-${low.slice(4)}`;
}
