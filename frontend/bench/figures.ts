import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { resolve } from "node:path";

const FOLDER = resolve(import.meta.dirname, "../test-results");
const lines: string[] = [];

/** Notes a figure beside its goal, and prints all of them so far into `test-results/figures.md`. */
export function note(measure: string, goal: string, figure: string): void {
  lines.push(`| ${measure} | ${goal} | ${figure} |`);
  console.log(`${measure}: ${figure} (goal ${goal})`);
  const head = `${new Date().toISOString()}, ${cpus().length} × ${cpus()[0]?.model}, load ${loadavg()[0]?.toFixed(1)}\n`;
  const table = ["| measure | goal | measured |", "| --- | --- | --- |", ...lines].join("\n");
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(resolve(FOLDER, "figures.md"), `${head}\n${table}\n`);
}

export function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

export const ms = (value: number) => `${value.toFixed(value < 10 ? 1 : 0)} ms`;
