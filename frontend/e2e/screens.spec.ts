import AxeBuilderSource from "axe-core";
import { expect, type Person, test } from "./fixtures";

/** Wide and narrow, as `design` draws them; the narrow one is a phone. */
const SIZES = [
  { name: "wide", viewport: { width: 1280, height: 800 } },
  { name: "phone", viewport: { width: 390, height: 844 } },
] as const;
const THEMES = ["light", "dark"] as const;
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** Takes a screenshot to be looked at, and fails on what axe finds, or on sideways scrolling. */
async function look(who: Person, name: string): Promise<void> {
  const { page } = who;
  await page.screenshot({ path: `screens/${name}.png` });
  await page.evaluate(AxeBuilderSource.source);
  const found = await page.evaluate(async (rules) => {
    const axe = (window as unknown as { axe: typeof import("axe-core") }).axe;
    const { violations } = await axe.run({ runOnly: rules });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`);
  }, RULES);
  expect.soft(found, `axe on ${name}`).toEqual([]);
  const sideways = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect.soft(sideways, `${name} scrolls sideways`).toBeLessThanOrEqual(0);
}

for (const { name: size, viewport } of SIZES) {
  for (const theme of THEMES) {
    test(`every screen can be used, ${size}, ${theme}`, async ({ person, browser, server }) => {
      test.setTimeout(120_000);
      const options = {
        viewport,
        colorScheme: theme,
        locale: theme === "dark" ? "ru-RU" : "en-GB",
      };
      const shot = (name: string) => `${name}-${size}-${theme}`;
      const [ann, bob] = [await person("Ann", options), await person("Bob", options)];
      const room = await ann.createRoom(`Tea ${size} ${theme}`, { topic: "Leaves, water, time" });
      await bob.joinRoom(room);
      await bob.say(room, `Good morning, @${ann.username}! Have you seen the new **kettle**?`);
      await bob.say(room, "It whistles in `C major`:\n\n```\nC E G\n```");
      const question = await ann.say(room, "Not yet. Is it any good?");
      await bob.call("POST", `/api/rooms/${room.id}/messages`, {
        body: "See for yourself: https://example.org/kettle",
        reply_to: question.id,
      });

      await ann.open(room);
      await expect(ann.log.getByText("C E G")).toBeVisible();
      await look(ann, shot("room"));

      for (const [name, path] of [
        ["browse", "/chat/"],
        ["people", "/profiles/"],
        ["settings", "/settings/"],
        ["missing", "/chat/room/999999/"],
      ] as const) {
        await ann.page.goto(path);
        await expect(ann.page.getByRole("heading", { level: 1 })).toBeVisible();
        await ann.page.waitForLoadState("networkidle");
        await look(ann, shot(name));
      }

      await ann.open(room);
      for (const [name, item] of [
        ["room-menu", null],
        ["room-settings", /^(Room settings|Настройки комнаты)$/],
        ["room-invite", /^(Invite people|Пригласить людей)$/],
        ["room-delete", /^(Delete room|Удалить комнату)$/],
      ] as const) {
        await ann.page.getByRole("button", { name: /^(Room menu|Меню комнаты)$/ }).click();
        await expect(ann.page.getByRole("menu")).toBeVisible();
        if (item) {
          await ann.page.getByRole("menuitem", { name: item }).click();
          await expect(ann.page.getByRole("dialog")).toBeVisible();
          await ann.page.waitForLoadState("networkidle");
        }
        await look(ann, shot(name));
        await ann.page.keyboard.press("Escape");
      }
      await ann.showMembers();
      await look(ann, shot("members"));
      const actions = ann.page.getByRole("button", { name: /^(Actions for|Действия:) Bob$/ });
      await ann.page.getByRole("listitem").filter({ has: actions }).hover();
      await actions.click();
      await expect(ann.page.getByRole("menu")).toBeVisible();
      await look(ann, shot("member-menu"));

      const hall = await bob.createRoom(`Hall ${size} ${theme}`, { topic: "Everybody is welcome" });
      await ann.page.goto(`/chat/room/${hall.id}/`);
      await expect(ann.page.getByRole("button", { name: /^(Join|Вступить в) Hall/ })).toBeVisible();
      await look(ann, shot("room-door"));

      const context = await browser.newContext({ ...options, baseURL: server.url });
      const page = await context.newPage();
      for (const path of ["/login/", "/signup/"]) {
        await page.goto(path);
        await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
        await look({ ...ann, page } as Person, shot(path.slice(1, -1)));
      }
      await context.close();
    });
  }
}
