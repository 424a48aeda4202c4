import { expect, PASSWORD } from "../fixtures";
import type { State } from "./state";

/** What is seen when something is refused, breaks or ends; the last of them leads out of the client. */
export const TROUBLE: readonly State[] = [
  {
    name: "toast-update",
    async reach(stage) {
      await stage.enter(stage.scene.rooms.general);
      await expect(stage.composer).toBeVisible();
      const toast = stage.viewer.toasts.getByText(stage.say("notify.update_ready"));
      // A worker takes the page over that keeps another one; what watches for it comes after a while.
      await expect(async () => {
        await stage.page.evaluate(async () => {
          await navigator.serviceWorker.ready;
          for (const name of await caches.keys()) {
            await (await caches.open(name)).put("/", new Response("a newer page"));
          }
          navigator.serviceWorker.dispatchEvent(new Event("controllerchange"));
        });
        await expect(toast).toBeVisible({ timeout: 2_000 });
      }).toPass({ timeout: 30_000 });
    },
  },
  {
    name: "toast-error",
    async reach(stage) {
      stage.wire.refuse(
        "reaction.add",
        "forbidden",
        stage.locale === "ru" ? "Реакций уже достаточно." : "There are enough reactions.",
      );
      // Not one of the last: the other toast lies over them.
      const row = stage.viewer.log.getByRole("article").nth(-5);
      if (stage.isPhone) await stage.viewer.longPress(row);
      else await row.hover();
      const quick = stage.isPhone ? stage.dialog : row.getByRole("toolbar");
      await quick
        .getByRole("button", { name: stage.say("message.react_with", { emoji: "" }) })
        .first()
        .click();
      await expect(stage.viewer.toasts.getByRole("alert")).toBeVisible();
      await stage.page.mouse.move(0, 0);
      stage.wire.accept();
    },
  },
  {
    name: "error-boundary",
    async reach(stage) {
      // An answer that no server of ours gives.
      await stage.page.route(/\/api\/profiles$/, (route) =>
        route.fulfill({ json: { items: [{ id: 1 }], next: null } }),
      );
      await stage.go("/profiles/");
      await expect(
        stage.page.getByRole("heading", { name: stage.say("errors.title") }),
      ).toBeVisible();
      await stage.page.unroute(/\/api\/profiles$/);
    },
  },
  {
    name: "session-over",
    async reach(stage) {
      await stage.page.goto(`/chat/room/${stage.scene.rooms.general.id}/`);
      await expect(stage.composer).toBeVisible();
      const { mira } = stage.scene;
      const { items } = await mira.call<{ items: { id: number; current: boolean }[] }>(
        "GET",
        "/api/auth/sessions",
      );
      for (const { id, current } of items) {
        if (!current) await mira.call("DELETE", `/api/auth/sessions/${id}`);
      }
      await expect(stage.page.getByText(stage.say("auth.signed_out.revoked"))).toBeVisible();
    },
  },
  {
    name: "login-refused",
    async reach(stage) {
      await stage.page.getByLabel(stage.say("auth.username_or_email")).fill("mira");
      const password = stage.page.getByLabel(stage.say("auth.password"), { exact: true });
      await password.fill(`${PASSWORD}-or-not`);
      await password.press("Enter");
      await expect(stage.page.getByRole("alert")).toBeVisible();
      await expect(password).toBeFocused();
    },
  },
];
