import type { Page } from "@playwright/test";
import { flood, variousText } from "../e2e/crowd";
import { expect, test } from "../e2e/fixtures";
import { heapOf, ride } from "../e2e/instruments";
import { ms, note, percentile } from "./figures";

type Kept = { kept: number[] };

/** Lets the page note how long it takes from a key press to the frame after next: what it led to is painted then. */
async function watchKeys(page: Page): Promise<() => Promise<number[]>> {
  await page.evaluate(() => {
    const kept: number[] = [];
    Object.assign(window, { kept });
    addEventListener(
      "keydown",
      (event) => {
        requestAnimationFrame(() => {
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = () => kept.push(performance.now() - event.timeStamp);
          port2.postMessage(null);
        });
      },
      true,
    );
  });
  return () => page.evaluate(() => (window as unknown as Kept).kept);
}

test("keys, echoes and acknowledgements", async ({ person }) => {
  const ann = await person("Ann");
  const room = await ann.createRoom("Bench of keys");
  await flood(ann, room, 400);
  await ann.open(room);
  await ann.log.hover();
  // Enough of the history for a window of 300 rows.
  while ((await ann.log.locator("[data-seq]").count()) < 300) await ann.page.mouse.wheel(0, -1500);
  await ann.log.evaluate((log) => {
    log.scrollTop = 0;
  });
  const cdp = await ann.context.newCDPSession(ann.page);
  await cdp.send("Emulation.setCPUThrottlingRate", { rate: 4 });
  const keys = await watchKeys(ann.page);
  await ann.composer.pressSequentially("The quick brown fox jumps over the lazy dog. ".repeat(3), {
    delay: 60,
  });
  note(
    "key press → paint, 4× CPU, 300 rows",
    "p95 ≤ 50 ms",
    `p95 ${ms(percentile(await keys(), 0.95))}`,
  );
  await cdp.send("Emulation.setCPUThrottlingRate", { rate: 1 });

  await ann.composer.fill("");
  await ann.page.evaluate(() => {
    const echoes: number[] = [];
    const acks: number[] = [];
    Object.assign(window, { echoes, acks });
    let pressed = 0;
    addEventListener(
      "keydown",
      ({ key, timeStamp }) => {
        if (key === "Enter") pressed = timeStamp;
      },
      true,
    );
    const log = document.querySelector("[role=log]");
    const echoed = new Set<string>();
    const stored = new Set<string>();
    new MutationObserver(() => {
      const rows = log?.querySelectorAll<HTMLElement>("[data-row]") ?? [];
      const last = rows[rows.length - 1];
      const key = last?.dataset.row ?? "";
      // One's own rows keep the key of their nonce from the echo on.
      if (pressed === 0 || !key.startsWith("n:")) return;
      if (!echoed.has(key)) echoes.push(performance.now() - pressed);
      echoed.add(key);
      if (!last?.dataset.seq) return;
      if (!stored.has(key)) acks.push(performance.now() - pressed);
      stored.add(key);
    }).observe(log ?? document, { childList: true, subtree: true, attributes: true });
  });
  for (let n = 1; n <= 50; n += 1) {
    await ann.composer.fill(`sent ${n}`);
    await ann.composer.press("Enter");
    await expect(ann.rows(`sent ${n}`).and(ann.page.locator("[data-seq]"))).toHaveCount(1);
  }
  const { echoes, acks } = await ann.page.evaluate(() => {
    const { echoes, acks } = window as unknown as Record<"echoes" | "acks", number[]>;
    return { echoes, acks };
  });
  expect(echoes).toHaveLength(50);
  note("send → echo in the page", "≤ 1 frame (17 ms)", `p95 ${ms(percentile(echoes, 0.95))}`);
  note("send → acknowledged, one machine", "p95 ≤ 100 ms", `p95 ${ms(percentile(acks, 0.95))}`);
});

test("switching rooms, and starting without a network", async ({ person }) => {
  const ann = await person("Ann");
  const names = Array.from({ length: 11 }, (_, n) => `Switch ${String(n).padStart(2, "0")}`);
  for (const name of names) {
    const room = await ann.createRoom(name);
    for (let n = 1; n <= 60; n += 1) await ann.say(room, variousText(n));
  }
  await ann.page.goto("/chat/");
  await expect(ann.roomRow(names[10] ?? "")).toBeVisible();
  const switchTo = (name: string) =>
    ann.page.evaluate(async (name) => {
      const links = [...document.querySelectorAll<HTMLElement>("[data-region=sidebar] a")];
      const began = performance.now();
      links.find((link) => link.textContent?.includes(name))?.click();
      for (;;) {
        await new Promise(requestAnimationFrame);
        const isThere =
          document.querySelector("h1")?.textContent?.includes(name) &&
          document.querySelectorAll("[role=log] [data-seq]").length > 10;
        if (isThere) return performance.now() - began;
      }
    }, name);
  // The first one also loads the code of a room.
  await switchTo(names[0] ?? "");
  const cold: number[] = [];
  for (const name of names.slice(1)) cold.push(await switchTo(name));
  const warm: number[] = [];
  for (const name of names) warm.push(await switchTo(name));
  note("room switch, warm", "≤ 50 ms", `p95 ${ms(percentile(warm, 0.95))}`);
  note("room switch, cold", "≤ 300 ms", `p95 ${ms(percentile(cold, 0.95))}`);

  await ann.page.evaluate(async () => {
    await navigator.serviceWorker.ready;
  });
  await ann.page.reload();
  await expect(ann.composer).toBeVisible();
  await ann.context.setOffline(true);
  await ann.context.addInitScript(() => {
    const look = () => {
      if (document.querySelector("[role=log] [data-seq]")) {
        Object.assign(window, { shownAt: performance.now() });
      } else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  const starts: number[] = [];
  for (let n = 1; n <= 5; n += 1) {
    await ann.page.reload();
    await expect(ann.composer).toBeVisible();
    starts.push(await ann.page.evaluate(() => (window as unknown as { shownAt: number }).shownAt));
  }
  note("offline start, to the messages held", "≤ 500 ms", `median ${ms(percentile(starts, 0.5))}`);
});

test("scrolling and floods", async ({ person }) => {
  const [ann, bob] = [await person("Ann"), await person("Bob")];
  const room = await ann.createRoom("Bench of scrolling");
  await bob.joinRoom(room);
  await ann.open(room);
  const watch = await ann.page.evaluateHandle(() => {
    const frames: number[] = [];
    let last = performance.now();
    const next = (now: number) => {
      frames.push(now - last);
      last = now;
      requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
    return frames;
  });
  const took = await flood(bob, room, 10_000);
  const frames = await watch.evaluate((all) => [...all]);
  const total = frames.reduce((sum, frame) => sum + frame, 0);
  note(
    `firehose into the open room, ${Math.round(10_000_000 / took)} messages/s`,
    "≥ 55 frames/s",
    `${((1000 * frames.length) / total).toFixed(0)} frames/s`,
  );
  const { head } = await ann.call<{ head: number }>("GET", `/api/rooms/${room.id}`);
  await expect(ann.log.locator(`[data-seq="${head}"]`)).toBeInViewport();
  const up = await ride(ann.page, -120, head - 5_000);
  note("5,000 messages up, jumps over 1 px", "0", `${up.jumps.length + up.lost}`);
  note("the same, frames", "p95 ≤ 17 ms", `p95 ${ms(percentile(up.frames, 0.95))}`);
  note("the same, elements of the page", "≤ 5,000", `${up.nodesMax}`);
  const heap = (await heapOf(ann.page)) / 1024 / 1024;
  note("the same, heap after it", "≤ 20 MB", `${heap.toFixed(1)} MB`);
});
