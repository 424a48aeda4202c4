import type { Page } from "@playwright/test";
import axe from "axe-core";
import { expect } from "./fixtures";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const DRAWN_MS = 500;

/** Takes a screenshot to be looked at, and fails on what axe finds, or on sideways scrolling. */
export async function look(page: Page, name: string): Promise<void> {
  // What was drawn in the other theme, or is being drawn.
  await page.evaluate(
    () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
  );
  await page.screenshot({ path: `screens/${name}.png` });
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe.source);
  let found = await violations(page);
  // Where the machine is busy the other theme may still be on its way.
  if (found.length > 0) {
    await page.waitForTimeout(DRAWN_MS);
    found = await violations(page);
  }
  expect.soft(found, `axe on ${name}`).toEqual([]);
  const sideways = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect.soft(sideways, `${name} scrolls sideways`).toBeLessThanOrEqual(0);
}

/** What axe finds, and where. */
function violations(page: Page): Promise<string[]> {
  return page.evaluate(async (runOnly) => {
    const { axe } = window as unknown as { axe: typeof import("axe-core") };
    const { violations } = await axe.run({ runOnly, resultTypes: ["violations"] });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`);
  }, RULES);
}
