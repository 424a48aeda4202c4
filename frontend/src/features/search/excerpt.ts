/** The part of a message around what was looked for, with what matched set apart. */
import { excerpt } from "../../lib/text";

/** `at`: where it begins in what is shown. */
type Piece = { at: number; text: string; isMatch: boolean };

const LENGTH = 220;
/** So much of what stands before the first match is shown. */
const BEFORE = 60;

/** Cuts `text` around the first match of `wanted`, and marks every match that is left, whichever its case. */
export function piecesOf(text: string, wanted: string): Piece[] {
  const needle = wanted.trim();
  const first = needle ? find(text, needle, 0) : -1;
  if (first === -1) return [{ at: 0, text: excerpt(text, LENGTH), isMatch: false }];
  const start = first > BEFORE ? wordAfter(text, first - BEFORE, first) : 0;
  const shown = `${start > 0 ? "…" : ""}${excerpt(text.slice(start), LENGTH)}`;
  const pieces: Piece[] = [];
  let at = 0;
  for (let match = find(shown, needle, 0); match !== -1; match = find(shown, needle, at)) {
    if (match > at) pieces.push({ at, text: shown.slice(at, match), isMatch: false });
    at = match + needle.length;
    pieces.push({ at: match, text: shown.slice(match, at), isMatch: true });
  }
  if (at < shown.length) pieces.push({ at, text: shown.slice(at), isMatch: false });
  return pieces;
}

function find(text: string, needle: string, from: number): number {
  const lower = text.toLowerCase();
  // Where lower case has another length, places in it are not places in the text.
  if (lower.length !== text.length) return text.indexOf(needle, from);
  return lower.indexOf(needle.toLowerCase(), from);
}

/** The beginning of the first word from `at` on, but not beyond `end`. */
function wordAfter(text: string, at: number, end: number): number {
  const space = text.indexOf(" ", at);
  return space === -1 || space >= end ? at : space + 1;
}
