import { expect } from "../fixtures";
import { halves } from "../png";
import type { Stage, State } from "./state";

/** After which toasts go away, and the word that there is a line again. */
const TOAST_MS = 5_000;
const CONNECTED_MS = 2_000;
const LAST = "counts only messages below the fold";

async function openMenu(stage: Stage, item?: Parameters<Stage["item"]>[0]): Promise<void> {
  await stage.button("rooms.menu").click();
  await expect(stage.page.getByRole("menu")).toBeVisible();
  if (item) {
    await stage.item(item).click();
    await expect(stage.dialog).toBeVisible();
  }
}

async function openSheetOrMenu(stage: Stage, text: string): Promise<void> {
  const row = stage.row(text);
  if (stage.isPhone) return stage.viewer.longPress(row);
  await row.hover();
  await row
    .getByRole("toolbar")
    .getByRole("button", { name: stage.say("message.menu") })
    .click();
}

async function command(
  stage: Stage,
  text: string,
  item: Parameters<Stage["item"]>[0],
): Promise<void> {
  await openSheetOrMenu(stage, text);
  await stage.item(item).click();
}

/** A room and everything that lies over or in it. */
export const ROOM: readonly State[] = [
  {
    name: "room",
    async reach(stage) {
      const { scene, page } = stage;
      await page.goto(`/chat/room/${scene.rooms.gateway.id}/`);
      await expect(stage.row(LAST)).toBeVisible();
      await scene.type(scene.rooms.gateway, "ines", "tomasz");
      await expect(page.getByText(/are typing|печатают/)).toBeVisible();
    },
  },
  {
    name: "room-typing",
    async reach({ scene, page }) {
      await scene.type(scene.rooms.gateway, "grace", "lena", "anton");
      await expect(page.getByText(/^(Several people|Несколько человек)/)).toBeVisible();
    },
  },
  {
    name: "room-hover",
    only: "wide",
    async reach(stage) {
      await stage.row("First one. It says").hover();
      await expect(stage.row("First one. It says").getByRole("toolbar")).toBeVisible();
    },
  },
  {
    name: "message-menu",
    async reach(stage) {
      await openSheetOrMenu(stage, "First one. It says");
      await expect(stage.item("message.delete")).toBeVisible();
    },
  },
  {
    name: "room-edit",
    async reach(stage) {
      await stage.item("message.edit").click();
      await expect(stage.viewer.log.locator("textarea")).toBeFocused();
      await stage.page.mouse.move(0, 0);
    },
  },
  {
    name: "room-reply",
    async reach(stage) {
      await stage.button("common.cancel").click();
      await command(stage, LAST, "message.reply");
      await expect(
        stage.page.getByText(stage.say("composer.reply_to", { name: "Kenji Mori" })),
      ).toBeVisible();
    },
  },
  {
    name: "room-emoji",
    async reach(stage) {
      await stage.button("composer.reply_leave").click();
      await stage.button("composer.emoji").click();
      await expect(stage.page.getByRole("gridcell").first()).toBeVisible();
    },
  },
  {
    name: "emoji-list",
    async reach(stage) {
      await stage.escape();
      await stage.composer.fill("");
      await stage.composer.pressSequentially(stage.locale === "ru" ? "Ура :раке" : "Hooray :rocke");
      await expect(stage.page.getByRole("option").first()).toBeVisible();
    },
  },
  {
    name: "mention-list",
    async reach(stage) {
      await stage.composer.fill("");
      await stage.composer.pressSequentially("@");
      await expect(stage.page.getByRole("option").nth(3)).toBeVisible();
    },
  },
  {
    name: "whisper-menu",
    async reach(stage) {
      await stage.composer.fill("");
      await stage.button("composer.whisper").click();
      await expect(stage.page.getByRole("menuitem", { name: "Ines Duarte" })).toBeVisible();
    },
  },
  {
    name: "room-whisper",
    async reach(stage) {
      const { scene, page } = stage;
      await page.getByRole("menuitem", { name: "Ines Duarte" }).click();
      const mira = await scene.mira.call<{ id: number }>("GET", "/api/profiles/me");
      await scene.command("ines", {
        type: "whisper.send",
        room_id: scene.rooms.gateway.id,
        to: mira.id,
        body: "Can you approve my access request when you have a second? Did not want to nag in the room.",
      });
      await expect(stage.viewer.log.getByText("access request")).toBeVisible();
      await stage.composer.fill("Approved. You should have access in a minute.");
    },
  },
  {
    name: "room-whispered",
    async reach(stage) {
      await stage.viewer.send(stage.composer);
      await expect(stage.viewer.log.getByText("Approved. You")).toBeVisible();
      await stage.button("whisper.leave").click();
      await stage.scene.people.kenji.say(stage.scene.rooms.gateway, "🎉🎉");
      await expect(stage.viewer.log.getByText("🎉🎉")).toBeVisible();
    },
  },
  {
    name: "room-deleted",
    async reach(stage) {
      // It is looked at for longer than it is there.
      await stage.hold(TOAST_MS);
      await command(stage, "First one. It says", "message.delete");
      await expect(stage.viewer.log.getByText(stage.say("timeline.deleted"))).toBeVisible();
      await expect(stage.button("common.undo")).toBeVisible();
    },
  },
  {
    name: "room-counter",
    async reach(stage) {
      await stage.button("common.undo").click();
      await stage.composer.fill("ab ".repeat(5_000));
    },
  },
  {
    name: "room-too-long",
    async reach(stage) {
      await stage.composer.fill("ab ".repeat(5_400));
    },
  },
  {
    name: "room-menu",
    async reach(stage) {
      await stage.composer.fill("");
      await openMenu(stage);
    },
  },
  {
    name: "room-date",
    async reach(stage) {
      await stage.item("rooms.manage.to_date").click();
      await expect(stage.dialog).toBeVisible();
    },
  },
  {
    name: "room-settings",
    async reach(stage) {
      await stage.escape();
      await openMenu(stage, "rooms.manage.settings");
    },
  },
  {
    name: "room-invite",
    async reach(stage) {
      await stage.escape();
      await openMenu(stage, "rooms.manage.invite");
      await expect(stage.dialog.getByRole("listitem").first()).toBeVisible();
    },
  },
  {
    name: "room-delete",
    async reach(stage) {
      await stage.escape();
      await openMenu(stage, "rooms.manage.delete");
    },
  },
  {
    name: "room-leave",
    async reach(stage) {
      await stage.escape();
      await openMenu(stage, "rooms.leave");
    },
  },
  {
    name: "message-history",
    async reach(stage) {
      await stage.escape();
      // By keys: the toolbar of the row may lie over it.
      await stage.page.getByRole("button", { name: stage.say("timeline.edited") }).press("Enter");
      await expect(stage.dialog.getByText("incidents/113")).toBeVisible();
    },
  },
  {
    name: "switcher",
    async reach(stage) {
      await stage.escape();
      await stage.page.keyboard.press("Control+KeyK");
      await expect(stage.page.getByRole("option").nth(3)).toBeVisible();
    },
  },
  {
    name: "switcher-found",
    async reach(stage) {
      await stage.page.getByRole("combobox").fill("re");
      await expect(stage.page.getByRole("option", { name: /releases/ })).toBeVisible();
    },
  },
  {
    name: "keys",
    async reach(stage) {
      await stage.escape();
      await stage.page.keyboard.press("Control+Slash");
      await expect(stage.dialog).toBeVisible();
    },
  },
  {
    name: "members",
    async reach(stage) {
      await stage.escape();
      await expect(stage.dialog).toHaveCount(0);
      await stage.viewer.showMembers();
      await expect(
        stage.page.locator("[data-region=members]").getByText("Sofia Petrova"),
      ).toBeVisible();
    },
  },
  {
    name: "member-menu",
    async reach(stage) {
      const actions = stage.button("members.actions", { name: "Ines Duarte" });
      await stage.page.getByRole("listitem").filter({ has: actions }).hover();
      await actions.click();
      await expect(stage.page.getByRole("menu")).toBeVisible();
    },
  },
  {
    name: "profile-menu",
    only: "wide",
    async reach(stage) {
      await stage.escape();
      await stage.page
        .locator("[data-region=sidebar]")
        .getByRole("button", { name: /^Mira/ })
        .click();
      await expect(stage.page.getByRole("menu")).toBeVisible();
    },
  },
  {
    name: "files-chosen",
    async reach(stage) {
      await stage.escape();
      if (stage.isPhone) await stage.escape();
      await expect(stage.dialog).toHaveCount(0);
      await stage.page.locator("[data-region=composer] input[type=file]").setInputFiles([
        { name: "halves.png", mimeType: "image/png", buffer: halves(800, 400) },
        {
          name: "release-notes.pdf",
          mimeType: "application/pdf",
          buffer: Buffer.alloc(150_000, 7),
        },
        { name: "huge.bin", mimeType: "", buffer: Buffer.alloc(8 * 1024 * 1024 + 1) },
      ]);
      await expect(stage.button("files.remove_named", { name: "release-notes.pdf" })).toBeVisible();
      await expect(stage.button("files.remove_named", { name: "huge.bin" })).toBeVisible();
    },
  },
  {
    name: "room-files",
    async reach(stage) {
      await stage.button("files.remove_named", { name: "huge.bin" }).click();
      await stage.composer.fill(stage.locale === "ru" ? "Смотрите сами" : "See for yourself");
      await stage.page.locator('[data-region="composer"] button[type="submit"]').click();
      await expect(stage.viewer.log.getByRole("img", { name: "halves.png" })).toBeVisible();
    },
  },
  {
    name: "lightbox",
    async reach(stage) {
      await stage.button("files.open_named", { name: "halves.png" }).click();
      await expect(stage.dialog.getByRole("img")).toBeVisible();
    },
  },
];

/** The line breaks, holds back and refuses. */
export const OUTAGE: readonly State[] = [
  {
    name: "room-skeleton",
    async reach(stage) {
      stage.wire.hold("room.enter");
      await stage.enter(stage.scene.rooms.design);
      await expect(stage.viewer.log.getByRole("status").locator("span").first()).toBeVisible();
    },
  },
  {
    name: "room-sending",
    async reach(stage) {
      stage.wire.release();
      await expect(stage.row("crop dialog")).toBeVisible();
      stage.wire.hold("message.send");
      await stage.viewer.write("Tagging 1.4.0 as soon as CI is green.", stage.composer);
      await expect(stage.row("Tagging 1.4.0").locator(".opacity-75")).toBeVisible();
    },
  },
  {
    name: "room-failed",
    async reach(stage) {
      stage.wire.release();
      await expect(stage.row("Tagging 1.4.0").locator(".opacity-75")).toHaveCount(0);
      stage.wire.refuse(
        "message.send",
        "forbidden",
        stage.locale === "ru" ? "Вам нельзя здесь писать." : "You may not write here.",
      );
      await stage.viewer.write("Then I will post the notes in #releases.", stage.composer);
      await expect(stage.button("common.discard")).toBeVisible();
    },
  },
  {
    name: "room-offline",
    async reach(stage) {
      stage.wire.accept();
      await stage.button("common.discard").click();
      await stage.wire.cut();
      await stage.viewer.write("Written in the tunnel", stage.composer);
      await expect(stage.button("common.retry")).toBeVisible();
    },
  },
  {
    name: "room-queued",
    async reach(stage) {
      // As if ten seconds had gone by when the room is looked at again.
      await stage.page.evaluate(() => {
        const now = Date.now;
        Date.now = () => now() + 10_000;
      });
      await stage.enter(stage.scene.rooms.gateway);
      await expect(stage.row(LAST)).toBeVisible();
      await stage.enter(stage.scene.rooms.design);
      await expect(stage.page.getByText(stage.say("timeline.waiting"))).toBeVisible();
    },
  },
  {
    name: "sign-out-unsent",
    only: "wide",
    async reach(stage) {
      await stage.page
        .locator("[data-region=sidebar]")
        .getByRole("button", { name: /^Mira/ })
        .click();
      await stage.item("auth.sign_out").click();
      await expect(stage.dialog).toBeVisible();
    },
  },
  {
    name: "room-connected",
    async reach(stage) {
      await stage.escape();
      await stage.hold(CONNECTED_MS);
      stage.wire.mend();
      await stage.button("common.retry").click();
      await expect(stage.page.getByText(stage.say("connection.connected")).first()).toBeVisible();
    },
  },
  {
    name: "room-load-failed",
    async reach(stage) {
      stage.wire.refuse(
        "room.enter",
        "internal",
        stage.locale === "ru" ? "Сервер не смог ответить." : "The server could not answer.",
      );
      await stage.enter(stage.scene.rooms.releases);
      await expect(stage.button("timeline.retry_load")).toBeVisible();
      stage.wire.accept();
    },
  },
];
