export interface Chunk {
  file: string;
  imports?: string[];
}
export type Manifest = Record<string, Chunk>;
export const KB: number;
export const MAX: Record<"css" | "login" | "room" | "lazy", number>;
export function readManifest(): Manifest;
/** The scripts that the page fetches by itself for a screen, as paths below `dist/`. */
export function filesOf(
  manifest: Manifest,
  screen: "login" | "room",
  language: "en" | "ru",
): Set<string>;
/** Bytes on the wire. */
export function sizeOf(...files: string[]): number;
