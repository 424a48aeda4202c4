/**
 * Which texts the login needs. They are a chunk of their own, so that a person who is not signed in
 * does not load the words of all the other screens; the rest comes with the engine.
 */
const FIRST = /^(app|auth|common|errors|form|toast|connection)\.|^settings\.language$/;

export function isFirst(key) {
  return FIRST.test(key);
}
