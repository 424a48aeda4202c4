import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { expect, PASSWORD, test } from "./fixtures";
import { mailedLink } from "./mails";
import { halves } from "./png";
import { Server } from "./server";
import { Authenticator } from "./totp";

const NEXT_PASSWORD = "another-horse-battery-staple-7";

/** Fills the sign-in form of a page that shows it, and sends it. */
async function signIn(page: Page, username: string, password: string): Promise<void> {
  await page.getByLabel("Username or e-mail").fill(username);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

function heading(page: Page, name: string) {
  return page.getByRole("heading", { level: 1, name });
}

/** The shell, whatever it shows. */
function shell(page: Page) {
  return page.getByRole("navigation", { name: "Main" });
}

test("a forgotten password is replaced by a mailed link, which works once", async ({
  person,
  server,
  browser,
}) => {
  const ann = await person("Ann");
  const email = `${ann.username}@example.org`;
  await ann.call("POST", "/api/auth/email/change", { current_password: PASSWORD, email });
  await ann.page.goto(await mailedLink(server, email, "verify-email"));
  await expect(heading(ann.page, "Your address is verified")).toBeVisible();
  await expect(ann.page).toHaveURL(/\/verify-email$/);

  const context = await browser.newContext({ baseURL: server.url, locale: "en-GB" });
  const page = await context.newPage();
  await page.goto("/login/");
  await page.getByRole("link", { name: "Forgot password?" }).click();
  await expect(heading(page, "Reset your password")).toBeVisible();
  await expect(page.getByLabel("E-mail")).toBeFocused();
  await page.getByLabel("E-mail").fill("not an address");
  await page.getByRole("button", { name: "Send the link" }).click();
  await expect(page.getByLabel("E-mail")).toHaveAccessibleDescription(
    "This is not an e-mail address.",
  );
  await page.getByLabel("E-mail").fill(email);
  await page.getByRole("button", { name: "Send the link" }).click();
  await expect(heading(page, "Look into your mail")).toBeFocused();

  const link = await mailedLink(server, email, "reset-password");
  await page.goto(link);
  await expect(heading(page, "Choose a new password")).toBeVisible();
  await expect(page).toHaveURL(/\/reset-password$/);
  await page.getByLabel("New password").fill("password1");
  await page.getByRole("button", { name: "Save the password" }).click();
  await expect(page.getByLabel("New password")).toBeFocused();
  await expect(page.getByLabel("New password")).toHaveAttribute("aria-invalid", "true");
  await page.getByLabel("New password").fill(NEXT_PASSWORD);
  await page.getByRole("button", { name: "Save the password" }).click();
  await expect(heading(page, "Your password was changed")).toBeFocused();
  await page.getByRole("link", { name: "Sign in" }).click();
  await signIn(page, ann.username, NEXT_PASSWORD);
  await expect(shell(page)).toBeVisible();

  await page.goto(link);
  await page.getByLabel("New password").fill(NEXT_PASSWORD);
  await page.getByRole("button", { name: "Save the password" }).click();
  await expect(heading(page, "This link does not work any more")).toBeFocused();
  await page.getByRole("link", { name: "Ask for another link" }).click();
  await expect(heading(page, "Reset your password")).toBeVisible();
  await context.close();
});

test("a link that verifies an address says when it was used, and another one can be sent", async ({
  person,
  server,
}) => {
  const ann = await person("Ann");
  const email = `${ann.username}@example.org`;
  await ann.call("POST", "/api/auth/email/change", { current_password: PASSWORD, email });
  const first = await mailedLink(server, email, "verify-email");
  await ann.page.goto("/verify-email#token=never-was-one");
  await expect(heading(ann.page, "This link does not work any more")).toBeFocused();
  await expect(ann.page).toHaveURL(/\/verify-email$/);
  await ann.page.getByRole("button", { name: "Send the link again" }).click();
  await expect(ann.page.getByRole("status")).toContainText("a new link is on its way");
  const second = await mailedLink(server, email, "verify-email", 2);
  expect(second).not.toBe(first);

  // The same tab: only the fragment of the address changes.
  await ann.page.evaluate(
    (to) => {
      location.hash = to;
    },
    second.slice(second.indexOf("#")),
  );
  await expect(heading(ann.page, "Your address is verified")).toBeVisible();
  await expect(ann.page).toHaveURL(/\/verify-email$/);
  await ann.page.getByRole("link", { name: "Go on to Parlor" }).click();
  await expect(shell(ann.page)).toBeVisible();
  const me = await ann.call<{ email: string; email_verified: boolean }>("GET", "/api/profiles/me");
  expect(me).toMatchObject({ email, email_verified: true });
});

test("where addresses must be verified, nobody signs in before the link was opened", async ({
  browser,
}) => {
  const strict = await Server.start({ PARLOR_EMAIL_VERIFICATION: "mandatory" });
  try {
    const context = await browser.newContext({ baseURL: strict.url, locale: "en-GB" });
    const page = await context.newPage();
    const email = "ann@example.org";
    await page.goto("/signup/");
    await page.getByLabel("Username", { exact: true }).fill("ann");
    await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await page.getByLabel("Repeat the password", { exact: true }).fill(PASSWORD);
    await page.getByRole("button", { name: "Create account" }).click();
    await expect(page.getByLabel("E-mail")).toBeFocused();
    await expect(page.getByLabel("E-mail")).toHaveAttribute("aria-invalid", "true");
    await page.getByLabel("E-mail").fill(email);
    await page.getByRole("button", { name: "Create account" }).click();
    await expect(heading(page, "Verify your e-mail address")).toBeVisible();
    await expect(page.getByLabel("E-mail")).toHaveValue(email);

    await page.getByRole("link", { name: "Back to signing in" }).click();
    await signIn(page, email, PASSWORD);
    await expect(heading(page, "Verify your e-mail address")).toBeVisible();
    await mailedLink(strict, email, "verify-email");
    await page.getByRole("button", { name: "Send the link again" }).click();
    await expect(page.getByRole("status")).toContainText(email);
    await page.goto(await mailedLink(strict, email, "verify-email", 2));
    await expect(heading(page, "Your address is verified")).toBeVisible();
    await page.getByRole("link", { name: "Sign in" }).click();
    await signIn(page, "ann", PASSWORD);
    await expect(shell(page)).toBeVisible();
    await context.close();
  } finally {
    await strict.stop();
  }
});

test("signing in asks for the code of an authenticator, or takes a recovery code", async ({
  person,
  server,
  browser,
}) => {
  const ann = await person("Ann");
  const { secret } = await ann.call<{ secret: string }>("POST", "/api/auth/totp", {
    current_password: PASSWORD,
  });
  const authenticator = new Authenticator(secret);
  const { recovery_codes } = await ann.call<{ recovery_codes: string[] }>(
    "POST",
    "/api/auth/totp/confirm",
    { code: authenticator.code() },
  );

  const open = async () => {
    const context = await browser.newContext({ baseURL: server.url, locale: "en-GB" });
    const page = await context.newPage();
    await page.goto("/login/");
    await signIn(page, ann.username, PASSWORD);
    await expect(heading(page, "Enter your code")).toBeVisible();
    return page;
  };

  const page = await open();
  const code = page.getByLabel("Code of your authenticator app");
  await expect(code).toBeFocused();
  await code.fill(authenticator.wrong());
  await code.press("Enter");
  await expect(code).toHaveAccessibleDescription("This code is wrong or was used already.");
  await expect(code).toBeFocused();
  await code.fill(authenticator.code());
  await code.press("Enter");
  await expect(shell(page)).toBeVisible();
  await page.context().close();

  const other = await open();
  await other.getByRole("button", { name: "Use a recovery code" }).click();
  const recovery = other.getByLabel("Recovery code");
  await expect(recovery).toBeFocused();
  await recovery.fill(recovery_codes[0]?.toUpperCase() ?? "");
  await recovery.press("Enter");
  await expect(shell(other)).toBeVisible();
  await other.context().close();
});

test("the settings change the password, which ends every other session", async ({
  person,
  server,
  browser,
}) => {
  const ann = await person("Ann");
  const context = await browser.newContext({ baseURL: server.url, locale: "en-GB" });
  const elsewhere = await context.newPage();
  await elsewhere.goto("/login/");
  await signIn(elsewhere, ann.username, PASSWORD);
  await expect(shell(elsewhere)).toBeVisible();

  await ann.page.goto("/settings/account/");
  const section = ann.page.getByRole("region", { name: "Password" });
  const current = section.getByLabel("Current password");
  const next = section.getByLabel("New password");
  const change = section.getByRole("button", { name: "Change password" });
  await current.fill("not-my-password");
  await next.fill(NEXT_PASSWORD);
  await change.click();
  await expect(current).toHaveAccessibleDescription("This is not your password.");
  await expect(current).toBeFocused();
  await current.fill(PASSWORD);
  await change.click();
  await expect(
    ann.page.getByText("All other sessions have ended.", { exact: false }),
  ).toBeVisible();
  await expect(current).toHaveValue("");
  await expect(heading(elsewhere, "Welcome back")).toBeVisible();
  await signIn(elsewhere, ann.username, NEXT_PASSWORD);
  await expect(shell(elsewhere)).toBeVisible();
  await context.close();
});

test("the settings add an address, and say when it was verified", async ({ person, server }) => {
  const ann = await person("Ann");
  const email = `${ann.username}@example.org`;
  await ann.page.goto("/settings/account/");
  const section = ann.page.getByRole("region", { name: "E-mail" });
  await expect(section.getByText("No address yet")).toBeVisible();
  await section.getByLabel("E-mail").fill(email);
  await section.getByLabel("Current password").fill(PASSWORD);
  await section.getByRole("button", { name: "Add address" }).click();
  await expect(section.getByRole("status")).toContainText(email);
  await mailedLink(server, email, "verify-email");
  await section.getByRole("button", { name: "Send the link again" }).click();
  await expect(ann.page.getByText("A link is on its way.")).toBeVisible();
  const link = await mailedLink(server, email, "verify-email", 2);

  const tab = await ann.context.newPage();
  await tab.goto(link);
  await expect(heading(tab, "Your address is verified")).toBeVisible();
  await tab.close();
  await ann.page.goto("/settings/account/");
  await expect(section.getByText(email, { exact: true })).toBeVisible();
  await expect(section.getByText("Verified", { exact: true })).toBeVisible();
  await expect(section.getByRole("button", { name: "Send the link again" })).toHaveCount(0);
});

test("two-factor authentication is set up, used and turned off", async ({ person }) => {
  const ann = await person("Ann");
  await ann.context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await ann.page.goto("/settings/security/");
  const section = ann.page.getByRole("region", { name: "Two-factor authentication" });
  await section.getByRole("button", { name: "Set up" }).click();
  await expect(section.getByLabel("Current password")).toBeFocused();
  await section.getByLabel("Current password").fill(PASSWORD);
  await section.getByLabel("Current password").press("Enter");
  await expect(section.getByRole("img", { name: /QR code/ })).toBeVisible();
  await section.getByRole("button", { name: "Copy the key" }).click();
  await expect(ann.page.getByText("Copied")).toBeVisible();
  const authenticator = new Authenticator(
    await ann.page.evaluate(() => navigator.clipboard.readText()),
  );
  const code = section.getByLabel("Code from the app");
  await code.fill(authenticator.wrong());
  await code.press("Enter");
  await expect(code).toHaveAccessibleDescription("This code is wrong or was used already.");
  await code.fill(authenticator.code());
  await code.press("Enter");

  await expect(section.getByRole("heading", { name: "Recovery codes" })).toBeFocused();
  const codes = await section.getByRole("listitem").allInnerTexts();
  expect(codes).toHaveLength(10);
  await section.getByRole("button", { name: "Copy", exact: true }).click();
  await expect
    .poll(() => ann.page.evaluate(() => navigator.clipboard.readText()))
    .toBe(codes.join("\n"));
  const downloading = ann.page.waitForEvent("download");
  await section.getByRole("button", { name: "Download" }).click();
  const file = await (await downloading).path();
  expect(readFileSync(file, "utf8")).toBe(`${codes.join("\n")}\n`);
  await section.getByRole("button", { name: "I have kept them" }).click();
  await expect(section.getByText("10 recovery codes left")).toBeVisible();

  const dialog = ann.page.getByRole("dialog");
  await section.getByRole("button", { name: "New codes" }).click();
  await dialog.getByLabel("Current password").fill(PASSWORD);
  await dialog.getByRole("button", { name: "New codes" }).click();
  await expect(section.getByRole("heading", { name: "Recovery codes" })).toBeFocused();
  const others = await section.getByRole("listitem").allInnerTexts();
  expect(new Set([...codes, ...others]).size).toBe(20);
  await section.getByRole("button", { name: "I have kept them" }).click();

  await section.getByRole("button", { name: "Turn off" }).click();
  await dialog.getByLabel("Current password").fill(PASSWORD);
  await dialog.getByRole("button", { name: "Turn off" }).click();
  await expect(section.getByRole("button", { name: "Set up" })).toBeVisible();
});

test("sessions are listed, and ended one by one or all but this", async ({
  person,
  server,
  browser,
}) => {
  const ann = await person("Ann");
  const open = async () => {
    const context = await browser.newContext({ baseURL: server.url, locale: "en-GB" });
    const page = await context.newPage();
    await page.goto("/login/");
    await signIn(page, ann.username, PASSWORD);
    await expect(shell(page)).toBeVisible();
    return page;
  };
  const [one, two] = [await open(), await open()];

  await ann.page.goto("/settings/security/");
  const section = ann.page.getByRole("region", { name: "Sessions" });
  const rows = section.getByRole("listitem");
  await expect(rows).toHaveCount(3);
  const here = rows.filter({ hasText: "This device" });
  await expect(here).toHaveCount(1);
  await expect(here.getByRole("button")).toHaveCount(0);
  await rows
    .filter({ hasNotText: "This device" })
    .nth(0)
    .getByRole("button", { name: /^End the session/ })
    .click();
  await expect(rows).toHaveCount(2);
  await expect(heading(two, "Welcome back")).toBeVisible();
  await expect(shell(one)).toBeVisible();

  await section.getByRole("button", { name: "Sign out everywhere else" }).click();
  await ann.page
    .getByRole("dialog")
    .getByRole("button", { name: "Sign out everywhere else" })
    .click();
  await expect(rows).toHaveCount(1);
  await expect(heading(one, "Welcome back")).toBeVisible();
  await expect(section.getByRole("button", { name: "Sign out everywhere else" })).toHaveCount(0);
  await one.context().close();
  await two.context().close();
});

test("an access token is shown once, works, and is revoked", async ({ person, server }) => {
  const ann = await person("Ann");
  await ann.context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await ann.page.goto("/settings/tokens/");
  await expect(ann.page.getByText("No tokens yet")).toBeVisible();
  await ann.page.getByRole("button", { name: "New token" }).click();
  const dialog = ann.page.getByRole("dialog");
  await expect(dialog.getByLabel("Name")).toBeFocused();
  await dialog.getByLabel("Name").fill("kettle bot");
  await expect(dialog.getByLabel(/Administer/)).toHaveCount(0);
  await dialog.getByLabel(/^Read rooms/).uncheck();
  await dialog.getByRole("button", { name: "Make token" }).click();
  await expect(dialog.getByRole("alert")).toHaveText("Choose at least one thing that it may do.");
  await dialog.getByLabel(/^Read rooms/).check();
  await dialog.getByLabel("Valid for").selectOption("30");
  await dialog.getByRole("button", { name: "Make token" }).click();

  await expect(ann.page.getByRole("heading", { name: /kettle bot.* was made/ })).toBeFocused();
  await ann.page.getByRole("button", { name: "Copy token" }).click();
  await expect(ann.page.getByText("Copied")).toBeVisible();
  const token = await ann.page.evaluate(() => navigator.clipboard.readText());
  const ask = () =>
    fetch(`${server.url}/api/profiles/me`, { headers: { authorization: `Bearer ${token}` } });
  expect((await ask()).status).toBe(200);

  await ann.page.reload();
  const list = ann.page.getByRole("list", { name: "Access tokens" });
  await expect(list.getByRole("listitem")).toHaveCount(1);
  await expect(list).toContainText("kettle bot");
  await expect(ann.page.getByText(token)).toHaveCount(0);
  await ann.page.getByRole("button", { name: "Revoke kettle bot" }).click();
  await ann.page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
  await expect(ann.page.getByText("No tokens yet")).toBeVisible();
  expect((await ask()).status).toBe(401);
});

test("a picture is cut by keys and by hand, uploaded and removed", async ({ person }) => {
  const ann = await person("Ann");
  const { page } = ann;
  await page.goto("/settings/profile/");
  await expect(page.getByRole("button", { name: "Upload a picture" })).toBeVisible();
  const file = { name: "halves.png", mimeType: "image/png", buffer: halves(800, 400) };
  const dialog = page.getByRole("dialog", { name: "Choose the part to show" });
  const stage = dialog.getByRole("group", { name: "Part of the picture" });

  await page.locator("input[type=file]").setInputFiles({ ...file, buffer: Buffer.from("no") });
  await expect(page.getByText("This file is not a picture that can be shown here.")).toBeVisible();

  await page.locator("input[type=file]").setInputFiles(file);
  await stage.focus();
  for (let step = 0; step < 6; step += 1) await page.keyboard.press("Shift+ArrowLeft");
  await page.keyboard.press("+");
  await expect(dialog.getByLabel("Zoom")).toHaveValue("1.1");
  await dialog.getByRole("button", { name: "Use this picture" }).click();
  await expect(dialog).toHaveCount(0);
  const avatar = page.getByRole("main").locator("img");
  await expect(avatar).toHaveAttribute("src", /\/media\/avatars\/.+\/256$/);
  const first = await avatar.getAttribute("src");
  expect(await colourOf(page)).toBe("blue");

  await page.locator("input[type=file]").setInputFiles(file);
  const box = await stage.boundingBox();
  if (!box) throw new Error("the stage is not there");
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + 100, y, { steps: 4 });
  await page.mouse.move(x + 200, y, { steps: 4 });
  await page.mouse.up();
  await dialog.getByRole("button", { name: "Use this picture" }).click();
  await expect(dialog).toHaveCount(0);
  await expect(avatar).not.toHaveAttribute("src", first ?? "");
  expect(await colourOf(page)).toBe("red");

  await page.getByRole("button", { name: "Remove" }).click();
  await expect(page.getByRole("button", { name: "Upload a picture" })).toBeFocused();
  await expect(avatar).toHaveCount(0);
});

/** What the middle and the edges of the picture on the profile's page are: all red, all blue, or both. */
async function colourOf(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const image = document.querySelector<HTMLImageElement>("main img");
    if (!image) return "nothing";
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = image.naturalWidth;
    canvas.height = image.naturalHeight;
    const context = canvas.getContext("2d");
    context?.drawImage(image, 0, 0);
    const names = [0.1, 0.5, 0.9].map((part) => {
      const at = Math.floor(canvas.width * part);
      const [red = 0, , blue = 0] = context?.getImageData(at, canvas.height / 2, 1, 1).data ?? [];
      return red > blue ? "red" : "blue";
    });
    return [...new Set(names)].join(" and ");
  });
}

test("what one says about oneself is written in the settings, and read by the others", async ({
  person,
}) => {
  const [ann, bob] = [await person("Ann"), await person("Bob")];
  await ann.page.goto("/settings/profile/");
  const about = ann.page.getByLabel("About you");
  await about.fill("Keeps lanterns.\nAsk me about oil.");
  await ann.page.getByRole("button", { name: "Save" }).click();
  await expect(ann.toasts.getByText("Saved")).toBeVisible();
  await ann.page.reload();
  await expect(about).toHaveValue("Keeps lanterns.\nAsk me about oil.");
  await bob.page.goto(`/profiles/${ann.username}/`);
  await expect(bob.page.getByRole("main")).toContainText("Ask me about oil.");
});
