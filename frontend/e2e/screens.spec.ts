import en from "../src/i18n/en.json" with { type: "json" };
import ru from "../src/i18n/ru.json" with { type: "json" };
import { expect, PASSWORD, test } from "./fixtures";
import { look } from "./look";
import { mailedLink } from "./mails";
import { standIn } from "./notifications";
import { halves } from "./png";
import { Server } from "./server";
import { Authenticator } from "./totp";

/** Wide and narrow, as `design` draws them; the narrow one is a phone. */
const SIZES = [
  { size: "wide", viewport: { width: 1280, height: 800 } },
  { size: "phone", viewport: { width: 390, height: 844 } },
] as const;
const THEMES = ["light", "dark"] as const;
/** Each size by day, in English, and by night, in Russian. */
const ALL_LOOKS = SIZES.flatMap((size) => THEMES.map((theme) => ({ ...size, theme })));
// Each size, each theme and each language at every change; every one with every other in `make e2e-long`.
const LOOKS = process.env.E2E_LONG
  ? ALL_LOOKS
  : ALL_LOOKS.filter(({ size, theme }) => (size === "wide") === (theme === "light"));

/** Who sees that, as Playwright has it; what is looked at is what comes to rest. */
function eyes({ viewport, theme }: Omit<(typeof LOOKS)[number], "size">) {
  const locale = theme === "dark" ? "ru-RU" : "en-GB";
  return { viewport, colorScheme: theme, reducedMotion: "reduce" as const, locale };
}

for (const { size, viewport, theme } of LOOKS) {
  test(`every screen can be used, ${size}, ${theme}`, async ({ person, browser, server }) => {
    test.setTimeout(120_000);
    const options = eyes({ viewport, theme });
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

    const me = await ann.call<{ id: number }>("GET", "/api/profiles/me");
    await ann.open(room);
    await expect(ann.log.getByText("C E G")).toBeVisible();
    await look(ann.page, shot("room"));

    for (const [name, path] of [
      ["browse", "/chat/"],
      ["people", "/profiles/"],
      ["search", "/search/"],
      ["search-found", "/search/?q=good"],
      ["search-none", `/search/?q=nothing+like+it&room=${room.id}&author=${me.id}&from=2026-01-01`],
      ["settings", "/settings/"],
      ["missing", "/chat/room/999999/"],
    ] as const) {
      await ann.page.goto(path);
      await expect(ann.page.getByRole("heading", { level: 1 })).toBeVisible();
      await ann.page.waitForLoadState("networkidle");
      await look(ann.page, shot(name));
    }

    await ann.open(room);
    for (const [name, item] of [
      ["room-menu", null],
      ["room-date", /^(Jump to date|Перейти к дате)$/],
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
      await look(ann.page, shot(name));
      await ann.page.keyboard.press("Escape");
    }
    await ann.showMembers();
    await look(ann.page, shot("members"));
    const actions = ann.page.getByRole("button", { name: /^(Actions for|Действия:) Bob$/ });
    await ann.page.getByRole("listitem").filter({ has: actions }).hover();
    await actions.click();
    await expect(ann.page.getByRole("menu")).toBeVisible();
    await look(ann.page, shot("member-menu"));

    const hall = await bob.createRoom(`Hall ${size} ${theme}`, { topic: "Everybody is welcome" });
    await ann.page.goto(`/chat/room/${hall.id}/`);
    await expect(ann.page.getByRole("button", { name: /^(Join|Вступить в) Hall/ })).toBeVisible();
    await look(ann.page, shot("room-door"));

    const context = await browser.newContext({ ...options, baseURL: server.url });
    const page = await context.newPage();
    for (const path of ["/login/", "/signup/"]) {
      await page.goto(path);
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      await look(page, shot(path.slice(1, -1)));
    }
    const fresh = await Server.start();
    try {
      await page.goto(fresh.url + fresh.setUpPath());
      await page.getByLabel(/^(Username|Имя пользователя)$/).fill("root");
      await page.getByLabel(/^(Password|Пароль)$/).fill(PASSWORD);
      await page.getByLabel(/^(Repeat the password|Пароль ещё раз)$/).fill("kettle");
      await page.keyboard.press("Enter");
      await look(page, shot("setup"));
      await page.getByLabel(/^(Repeat the password|Пароль ещё раз)$/).fill(PASSWORD);
      await page.keyboard.press("Enter");
      await expect(page.getByRole("list").getByRole("listitem")).toHaveCount(4);
      await look(page, shot("setup-done"));
    } finally {
      await fresh.stop();
    }
    await context.close();
  });
}

for (const { size, viewport, theme } of LOOKS) {
  test(`every screen of an account can be used, ${size}, ${theme}`, async ({
    person,
    browser,
    server,
  }) => {
    test.setTimeout(300_000);
    const isRussian = theme === "dark";
    const say = (key: keyof typeof en) => (isRussian ? ru : en)[key];
    const { reducedMotion: _, ...options } = eyes({ viewport, theme });
    const ann = await person("Ann", options);
    const { page } = ann;
    const shot = (name: string, at = page) => look(at, `${name}-${size}-${theme}`);
    const email = `${ann.username}@example.org`;
    await ann.call("POST", "/api/auth/email/change", { current_password: PASSWORD, email });
    await page.goto(await mailedLink(server, email, "verify-email"));
    await expect(page.getByRole("heading", { name: say("auth.verify.done_title") })).toBeVisible();
    await shot("verify-done");

    await page.goto("/settings/profile/");
    await expect(page.getByText(say("settings.avatar_text"))).toBeVisible();
    const picture = { name: "halves.png", mimeType: "image/png", buffer: halves(800, 400) };
    await page.locator("input[type=file]").setInputFiles(picture);
    await expect(page.getByRole("dialog")).toBeVisible();
    await shot("settings-crop");
    await page.getByRole("button", { name: say("settings.crop_use") }).click();
    await expect(page.getByRole("button", { name: say("settings.avatar_remove") })).toBeVisible();
    await shot("settings-profile");

    await page.goto("/settings/account/");
    await expect(page.getByText(email)).toBeVisible();
    await shot("settings-account");

    const eve = await person("Eve", options);
    const hall = await ann.createRoom(`Hall of ${ann.username}`);
    await eve.joinRoom(hall);
    await eve.say(hall, "What nobody asked for");
    const { id: eveId } = await eve.call<{ id: number }>("GET", "/api/profiles/me");
    await ann.call("PUT", `/api/profiles/${eveId}/block`);
    await page.goto("/settings/notifications/");
    await expect(page.getByRole("switch")).toBeVisible();
    await shot("settings-notifications");
    const asked = await person("Ida", options);
    await asked.context.addInitScript(standIn);
    await asked.joinRoom(hall);
    await asked.open(hall);
    const { id: askedId } = await asked.call<{ id: number }>("GET", "/api/profiles/me");
    const direct = await ann.call<typeof hall>("PUT", `/api/rooms/direct/${askedId}`);
    await ann.say(direct, "Are you there?");
    await expect(asked.page.getByRole("region", { name: say("notify.label") })).toBeVisible();
    await shot("notify-bar", asked.page);

    await page.goto("/settings/blocked/");
    await expect(page.getByText(`@${eve.username}`)).toBeVisible();
    await shot("settings-blocked");
    await ann.open(hall);
    await expect(page.getByText(say("message.blocked"), { exact: true })).toBeVisible();
    await shot("room-blocked");

    await page.locator("[data-region=composer] input[type=file]").setInputFiles([
      { name: "halves.png", mimeType: "image/png", buffer: halves(800, 400) },
      { name: "leaves.pdf", mimeType: "application/pdf", buffer: Buffer.alloc(150_000, 7) },
      { name: "huge.bin", mimeType: "", buffer: Buffer.alloc(8 * 1024 * 1024 + 1) },
    ]);
    const remove = (name: string) =>
      page.getByRole("button", {
        name: say("files.remove_named").replace("{{name}}", name),
        exact: true,
      });
    await expect(remove("leaves.pdf")).toBeVisible();
    await expect(remove("huge.bin")).toBeVisible();
    await shot("files-chosen");
    await remove("huge.bin").click();
    await ann.composer.fill(isRussian ? "Смотрите сами" : "See for yourself");
    await page.locator('[data-region="composer"] button[type="submit"]').click();
    const shown = page.getByRole("log").getByRole("img", { name: "halves.png" });
    await expect(shown).toBeVisible();
    await shot("room-files");
    await page
      .getByRole("button", {
        name: say("files.open_named").replace("{{name}}", "halves.png"),
        exact: true,
      })
      .click();
    await expect(page.getByRole("dialog").getByRole("img")).toBeVisible();
    await shot("lightbox");

    await page.goto("/settings/keyboard/");
    await expect(page.getByText(say("keys.switcher"))).toBeVisible();
    await shot("settings-keyboard");

    await page.goto("/settings/security/");
    const totp = page.getByRole("region", { name: say("settings.totp"), exact: true });
    await expect(page.getByText(say("settings.session_this"))).toBeVisible();
    await shot("settings-security");
    await totp.getByRole("button", { name: say("settings.totp_begin") }).click();
    await totp.getByLabel(say("settings.current_password")).fill(PASSWORD);
    await totp.getByLabel(say("settings.current_password")).press("Enter");
    await expect(totp.getByRole("img")).toBeVisible();
    await shot("settings-totp");
    const key = ((await totp.locator("code").textContent()) ?? "").replace(/\s/g, "");
    const authenticator = new Authenticator(key);
    await totp.getByLabel(say("settings.totp_code")).fill(authenticator.code());
    await totp.getByLabel(say("settings.totp_code")).press("Enter");
    await expect(totp.getByRole("heading", { name: say("settings.codes") })).toBeVisible();
    await shot("settings-codes");
    await totp.getByRole("button", { name: say("settings.codes_kept") }).click();
    await totp.getByRole("button", { name: say("settings.totp_remove") }).click();
    await expect(page.getByRole("dialog")).toBeVisible();
    await shot("settings-totp-off");

    await page.goto("/settings/tokens/");
    await expect(page.getByText(say("settings.tokens_none"), { exact: true })).toBeVisible();
    await page.getByRole("button", { name: say("settings.token_new") }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel(say("settings.token_name")).fill("kettle bot");
    await shot("settings-token-new");
    await dialog.getByRole("button", { name: say("settings.token_make") }).click();
    await expect(page.getByRole("button", { name: say("settings.token_copy") })).toBeVisible();
    await expect(
      page.getByRole("list", { name: say("settings.tokens") }).getByRole("listitem"),
    ).toHaveCount(1);
    await shot("settings-tokens");

    const context = await browser.newContext({ ...options, baseURL: server.url });
    const out = await context.newPage();
    await out.goto("/forgot-password/");
    await out.getByLabel(say("auth.email")).fill(email);
    await shot("forgot", out);
    await out.getByRole("button", { name: say("auth.forgot.send") }).click();
    await expect(out.getByRole("heading", { name: say("auth.forgot.sent_title") })).toBeVisible();
    await shot("forgot-sent", out);
    await out.goto("/verify-email#token=never-was-one");
    await expect(out.getByRole("heading", { name: say("auth.link.invalid_title") })).toBeVisible();
    await shot("verify-again", out);
    await out.goto("/login/");
    await out.getByLabel(say("auth.username_or_email")).fill(ann.username);
    await out.getByLabel(say("auth.password"), { exact: true }).fill(PASSWORD);
    await out.getByRole("button", { name: say("auth.sign_in") }).click();
    await expect(out.getByLabel(say("auth.code.code"))).toBeFocused();
    await shot("login-code", out);
    await out.goto(await mailedLink(server, email, "reset-password"));
    await expect(out.getByLabel(say("auth.reset.new"))).toBeFocused();
    await shot("reset", out);
    await context.close();
  });
}

for (const { size, viewport, theme } of LOOKS) {
  test(`every screen of administration can be used, ${size}, ${theme}`, async ({
    person,
    staff,
  }) => {
    test.setTimeout(300_000);
    const options = eyes({ viewport, theme });
    const [ann, root] = [await person("Ann", options), await staff("Root", options)];
    const room = await ann.createRoom(`Office ${size} ${theme}`, { topic: "Paper and ink" });
    const said = await ann.say(room, "A message that somebody complained about");
    await ann.joinRoom(room);
    const { id } = await ann.call<{ id: number }>("GET", "/api/profiles/me");
    const { page } = root;
    for (const [name, path] of [
      ["home", "/admin/"],
      ["users", "/admin/users/"],
      ["user", `/admin/users/${id}/`],
      ["user-add", "/admin/users/add/"],
      ["rooms", `/admin/rooms/?search=Office&ordering=name`],
      ["room", `/admin/rooms/${room.id}/`],
      ["memberships", `/admin/memberships/?room_id=${room.id}`],
      ["membership-add", "/admin/memberships/add/"],
      ["membership", `/admin/memberships/${room.id}/${id}/`],
      ["messages", `/admin/messages/?author_id=${id}`],
      ["message", `/admin/messages/${said.id}/`],
      ["sessions", "/admin/sessions/"],
      ["tokens", "/admin/tokens/"],
      ["audit", "/admin/audit/"],
    ] as const) {
      await page.goto(path);
      await expect(
        page.getByRole("navigation", { name: /^(Where you are|Где вы)$/ }),
      ).toBeVisible();
      await page.waitForLoadState("networkidle");
      await look(page, `admin-${name}-${size}-${theme}`);
    }
    await page.goto(`/admin/rooms/?search=Office`);
    await page.getByRole("checkbox").nth(1).check();
    await look(page, `admin-chosen-${size}-${theme}`);
    await page
      .getByRole("toolbar", { name: /^(Actions|Действия)$/ })
      .getByRole("button", { name: /^(Delete|Удалить)$/ })
      .click();
    await expect(
      page.getByRole("main").getByRole("button", { name: /^(Delete|Удалить)$/ }),
    ).toBeVisible();
    await look(page, `admin-bulk-${size}-${theme}`);
    await page.goto(`/admin/users/${id}/`);
    await page.getByRole("button", { name: /^(Set password|Задать пароль)$/ }).click();
    await expect(page.getByRole("dialog")).toBeVisible();
    await look(page, `admin-password-${size}-${theme}`);
  });
}
