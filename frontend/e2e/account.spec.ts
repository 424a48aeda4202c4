import type { Page } from "@playwright/test";
import { expect, PASSWORD, test } from "./fixtures";
import { mailedLink } from "./mails";
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
