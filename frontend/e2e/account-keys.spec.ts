import type { Locator, Page } from "@playwright/test";
import { expect, PASSWORD, test } from "./fixtures";
import { Authenticator } from "./totp";

/** More stops than any screen here has. */
const STOPS_MAX = 80;

/** Presses Tab until `target` has the focus. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  await expect(target).toBeVisible();
  for (let stop = 0; stop < STOPS_MAX; stop += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  await expect(target, "reached by Tab").toBeFocused();
}

/** Goes to a button or a link by Tab and presses it. */
async function press(page: Page, target: Locator): Promise<void> {
  await tabTo(page, target);
  await page.keyboard.press("Enter");
}

async function type(page: Page, target: Locator, text: string): Promise<void> {
  await tabTo(page, target);
  await page.keyboard.type(text);
}

test("an account is made and settled by keys alone", async ({ browser, server }) => {
  // Every stop is a key press of its own.
  test.setTimeout(240_000);
  const context = await browser.newContext({ baseURL: server.url, locale: "en-GB" });
  const page = await context.newPage();
  const named = (role: "button" | "link", name: string | RegExp) =>
    page.getByRole(role, { name, exact: typeof name === "string" });
  const heading = (level: number, name: string) => page.getByRole("heading", { level, name });

  await page.goto("/login/");
  await expect(page.getByLabel("Username or e-mail")).toBeFocused();
  await press(page, named("link", "Create account"));
  await expect(page.getByLabel("Username", { exact: true })).toBeFocused();
  await page.keyboard.type("keys-alone");
  await type(page, page.getByLabel("First name"), "Kay");
  await type(page, page.getByLabel("Password", { exact: true }), PASSWORD);
  await type(page, page.getByLabel("Repeat the password"), PASSWORD);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("navigation", { name: "Main" })).toBeVisible();

  // The menu of one's own, and from there the settings.
  await press(page, named("button", /^Kay/));
  await expect(page.getByRole("menu")).toBeVisible();
  await expect(page.getByRole("menuitemradio").first()).toBeFocused();
  const settings = page.getByRole("menuitem", { name: "Settings" });
  while (!(await settings.evaluate((element) => element === document.activeElement))) {
    await page.keyboard.press("ArrowDown");
  }
  await page.keyboard.press("Enter");
  await expect(heading(1, "Settings")).toBeVisible();

  const name = page.getByLabel("Display name");
  await tabTo(page, name);
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.type("Kay the Keyboard");
  await press(page, named("button", "Save"));
  await expect(page.getByText("Saved", { exact: true })).toBeVisible();
  await expect(named("button", /^Kay the Keyboard/)).toBeVisible();

  await press(page, named("link", "Security"));
  await press(page, named("button", "Set up"));
  await expect(page.getByLabel("Current password")).toBeFocused();
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press("Enter");
  await expect(page.getByLabel("Code from the app")).toBeFocused();
  const secret = (await page.locator("main code").textContent()) ?? "";
  const authenticator = new Authenticator(secret);
  await page.keyboard.type(authenticator.code());
  await page.keyboard.press("Enter");
  await expect(heading(3, "Recovery codes")).toBeFocused();
  await press(page, named("button", "I have kept them"));
  await expect(page.getByText("10 recovery codes left")).toBeVisible();
  // The button is gone; the focus stays in its part of the page.
  await expect(heading(2, "Two-factor authentication")).toBeFocused();
  await press(page, named("button", "Turn off"));
  await expect(page.getByRole("dialog").getByLabel("Current password")).toBeFocused();
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press("Enter");
  await expect(named("button", "Set up")).toBeVisible();
  await expect(heading(2, "Two-factor authentication")).toBeFocused();

  await press(page, named("link", "Access tokens"));
  await press(page, named("button", "New token"));
  await expect(page.getByRole("dialog").getByLabel("Name")).toBeFocused();
  await page.keyboard.type("by keys");
  await tabTo(page, page.getByLabel(/^Write messages/));
  await page.keyboard.press("Space");
  await press(page, page.getByRole("dialog").getByRole("button", { name: "Make token" }));
  await expect(page.getByRole("heading", { name: /by keys.* was made/ })).toBeFocused();
  await press(page, named("button", "I have kept it"));
  await expect(heading(2, "Access tokens")).toBeFocused();
  const row = page.getByRole("list", { name: "Access tokens" }).getByRole("listitem");
  await expect(row).toContainText("Write");
  await press(page, named("button", "Revoke by keys"));
  await press(page, page.getByRole("dialog").getByRole("button", { name: "Revoke" }));
  await expect(page.getByText("No tokens yet")).toBeVisible();
  await expect(heading(2, "Access tokens")).toBeFocused();

  await press(page, named("link", "Account"));
  await type(
    page,
    page.getByRole("region", { name: "Password" }).getByLabel("Current password"),
    PASSWORD,
  );
  await type(page, page.getByLabel("New password"), `${PASSWORD}-new`);
  await page.keyboard.press("Enter");
  await expect(page.getByText("Password changed.", { exact: false })).toBeVisible();
  await press(page, named("link", "Keyboard"));
  await expect(page.getByText("Jump to a room or a person")).toBeVisible();
  await context.close();
});
