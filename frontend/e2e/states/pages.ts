import { expect } from "../fixtures";
import { idOf } from "../scene";
import type { Stage, State } from "./state";

/** Goes to a page of the client and waits until it stands there. */
async function visit(stage: Stage, path: string): Promise<void> {
  await stage.go(path);
  await expect(stage.page.getByRole("heading", { level: 1 })).toBeVisible();
}

const heading = (stage: Stage, key: Parameters<Stage["say"]>[0]) =>
  stage.page.getByRole("heading", { name: stage.say(key), exact: true });

/** What is no room: lists, search, empty and missing things, what opens over them. */
export const PAGES: readonly State[] = [
  {
    name: "chats",
    only: "phone",
    async reach(stage) {
      await stage.page.goto("/");
      await expect(stage.page.getByText(/Grace: lunch/)).toBeVisible();
    },
  },
  {
    name: "browse",
    async reach(stage) {
      await stage.page.goto("/chat/");
      await expect(stage.page.getByRole("main").getByText("Cats, mostly")).toBeVisible();
    },
  },
  {
    name: "browse-create",
    async reach(stage) {
      await stage.page
        .getByRole("main")
        .getByRole("button", { name: stage.say("nav.new_room") })
        .click();
      await stage.dialog.getByLabel(stage.say("rooms.name")).fill("launch-week");
    },
  },
  {
    name: "browse-taken",
    async reach(stage) {
      await stage.dialog.getByLabel(stage.say("rooms.name")).fill("gateway");
      await stage.dialog.getByRole("button", { name: stage.say("rooms.create") }).click();
      await expect(stage.dialog.getByRole("alert")).toBeVisible();
    },
  },
  {
    name: "browse-none",
    async reach(stage) {
      await stage.escape();
      await stage.page.getByRole("searchbox").fill("samovar");
      await expect(heading(stage, "rooms.none_found")).toBeVisible();
    },
  },
  {
    name: "people",
    async reach(stage) {
      await visit(stage, "/profiles/");
      await expect(stage.page.getByText("@dasha")).toBeVisible();
    },
  },
  {
    name: "people-none",
    async reach(stage) {
      await stage.page.getByRole("searchbox").fill("nobody-at-all");
      await expect(heading(stage, "people.none_found")).toBeVisible();
    },
  },
  {
    name: "direct-list",
    async reach(stage) {
      await visit(stage, "/messages/");
      await expect(stage.page.getByRole("main").getByText("relay on node 3")).toBeVisible();
    },
  },
  {
    name: "direct-none-found",
    async reach(stage) {
      await stage.page.getByRole("searchbox").fill("samovar");
      await expect(heading(stage, "people.none_found")).toBeVisible();
    },
  },
  {
    name: "settings-rooms",
    async reach(stage) {
      await visit(stage, "/settings/rooms/");
      await expect(stage.page.getByRole("main").getByText("releases")).toBeVisible();
    },
  },
  {
    name: "search",
    async reach(stage) {
      await visit(stage, "/search/");
      await expect(heading(stage, "search.start")).toBeVisible();
    },
  },
  {
    name: "search-found",
    async reach(stage) {
      await stage.page.getByRole("searchbox").fill("reconnect");
      await expect(stage.page.getByRole("main").getByText("Lena Schwarz")).toBeVisible();
    },
  },
  {
    name: "search-none",
    async reach(stage) {
      const { scene } = stage;
      const by = await idOf(scene.mira);
      await visit(
        stage,
        `/search/?q=nothing+like+it&room=${scene.rooms.gateway.id}&author=${by}&from=2026-01-01`,
      );
      await expect(heading(stage, "search.none")).toBeVisible();
    },
  },
  {
    name: "404",
    async reach(stage) {
      await visit(stage, "/chat/room/999999/");
      await expect(heading(stage, "notfound.title")).toBeVisible();
    },
  },
  {
    name: "404-named",
    async reach(stage) {
      await visit(stage, "/chat/samovar/");
      await expect(stage.button("rooms.create_named", { name: "samovar" })).toBeVisible();
    },
  },
  {
    name: "room-empty",
    async reach(stage) {
      const room = await stage.scene.mira.createRoom("empty", { topic: "" });
      await stage.enter(room);
      await expect(stage.viewer.log.getByRole("heading").first()).toBeVisible();
    },
  },
  {
    name: "direct-empty",
    async reach(stage) {
      const { mira, people } = stage.scene;
      await stage.enter(await mira.call("PUT", `/api/rooms/direct/${await idOf(people.lena)}`));
      await expect(stage.viewer.log.getByRole("heading").first()).toBeVisible();
    },
  },
  {
    name: "direct",
    async reach(stage) {
      await stage.enter(stage.scene.rooms.anton);
      await expect(stage.row("relay on node 3")).toBeVisible();
    },
  },
  {
    name: "direct-block",
    async reach(stage) {
      await stage.button("rooms.menu").click();
      await stage.item("block.block").click();
      await expect(stage.dialog).toBeVisible();
    },
  },
  {
    name: "room-scrolled",
    async reach(stage) {
      await stage.escape();
      const { anton, ines } = stage.scene.people;
      const { general } = stage.scene.rooms;
      await stage.enter(general);
      await expect(stage.row("lunch is in")).toBeVisible();
      for (let n = 1; n <= 30; n += 1) {
        await (n % 4 ? anton : ines).say(general, `Line ${n} of what is read later, at leisure`);
      }
      await expect(stage.row("Line 30 of")).toBeVisible();
      await stage.viewer.log.evaluate((log) => log.scrollBy(0, -log.clientHeight * 1.6));
      await expect(stage.button("timeline.to_newest")).toBeVisible();
    },
  },
  {
    name: "room-pill",
    async reach(stage) {
      const { anton } = stage.scene.people;
      for (let n = 31; n <= 35; n += 1) await anton.say(stage.scene.rooms.general, `Line ${n}`);
      await expect(stage.page.getByRole("button", { name: /^5 (new|новых) / })).toBeVisible();
    },
  },
  {
    name: "room-blocked",
    async reach(stage) {
      const { mira, people, rooms } = stage.scene;
      await mira.call("PUT", `/api/profiles/${await idOf(people.kenji)}/block`);
      await stage.enter(rooms.gateway);
      await expect(
        stage.page.getByText(stage.say("message.blocked"), { exact: true }).first(),
      ).toBeVisible();
    },
  },
  {
    name: "notify-bar",
    async reach(stage) {
      const { anton } = stage.scene.people;
      await anton.say(stage.scene.rooms.anton, "Are you there?");
      await expect(
        stage.page.getByRole("region", { name: stage.say("notify.label") }),
      ).toBeVisible();
    },
  },
];
