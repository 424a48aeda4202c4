import type { Page } from "@playwright/test";
import { expect, PASSWORD, test } from "./fixtures";
import { Server } from "./server";

const heading = (page: Page, name: string) => page.getByRole("heading", { level: 1, name });

/** Goes on by Tab until something has the focus. */
async function tabTo(page: Page, label: string): Promise<void> {
  const wanted = page.getByLabel(label, { exact: true });
  for (let presses = 0; presses < 20; presses += 1) {
    if (await wanted.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`no way to ${label} by Tab`);
}

test("a fresh server's link makes its first administrator, by keys alone, and only once", async ({
  browser,
}) => {
  const fresh = await Server.start();
  try {
    const path = fresh.setUpPath();
    const context = await browser.newContext({ baseURL: fresh.url, locale: "en-GB" });
    const page = await context.newPage();
    await page.goto(path);
    await expect(heading(page, "Set up this server")).toBeVisible();
    // The token is in no history, and on no screen.
    await expect(page).toHaveURL(/\/setup\/$/);
    await expect(page.getByLabel("Username", { exact: true })).toBeFocused();
    await page.keyboard.type("root");
    await tabTo(page, "Password");
    await page.keyboard.type(PASSWORD);
    await expect(page.getByLabel("Password", { exact: true })).toHaveAccessibleDescription(
      "Very hard to guess",
    );
    await tabTo(page, "Repeat the password");
    await page.keyboard.type("something else");
    await page.keyboard.press("Enter");
    await expect(page.getByLabel("Repeat the password", { exact: true })).toBeFocused();
    await expect(page.getByText("The two passwords are not the same.")).toBeVisible();
    await page.keyboard.press("ControlOrMeta+a");
    await page.keyboard.type(PASSWORD);
    await page.keyboard.press("Enter");

    await expect(heading(page, "Your server is ready")).toBeFocused();
    await tabTo(page, "Name of the server");
    await page.keyboard.press("ControlOrMeta+a");
    await page.keyboard.type("The Lantern");
    await page.keyboard.press("Enter");
    await expect(page.getByText("It is called The Lantern.")).toBeVisible();
    await tabTo(page, "Name of the room");
    await page.keyboard.type("Lobby");
    await page.keyboard.press("Enter");
    await expect(page.getByText("#Lobby is there.")).toBeVisible();
    const onward = page.getByRole("link", { name: "Go on to The Lantern" });
    for (let presses = 0; presses < 9; presses += 1) {
      if (await onward.evaluate((element) => element === document.activeElement)) break;
      await page.keyboard.press("Tab");
    }
    await expect(onward).toBeFocused();
    await page.keyboard.press("Enter");
    await expect(heading(page, "Lobby")).toBeVisible();
    await expect(page).toHaveTitle("Lobby · The Lantern");
    await expect(page.getByRole("navigation", { name: "Main" })).toContainText("The Lantern");
    await page.goto("/admin/");
    await expect(page.getByRole("navigation", { name: "Where you are" })).toBeVisible();
    // It is seen at once, also by who is not signed in.
    await page.getByLabel("Name of the server").fill("The Beacon");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await expect(page).toHaveTitle("Administration · The Beacon");

    const other = await browser.newContext({ baseURL: fresh.url, locale: "en-GB" });
    const late = await other.newPage();
    await late.goto(path);
    await late.getByLabel("Username", { exact: true }).fill("late");
    await late.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await late.getByLabel("Repeat the password", { exact: true }).fill(PASSWORD);
    await late.getByLabel("Repeat the password", { exact: true }).press("Enter");
    await expect(heading(late, "This link does not work any more")).toBeFocused();
    await late.getByRole("link", { name: "Sign in" }).click();
    await expect(heading(late, "Welcome back")).toBeVisible();
    await expect(late.getByRole("main")).toContainText("The Beacon");
    await other.close();
    await context.close();
  } finally {
    await fresh.stop();
  }
});

test("without the token the page says where the link is", async ({ browser, server }) => {
  const context = await browser.newContext({ baseURL: server.url, locale: "ru-RU" });
  const page = await context.newPage();
  await page.goto("/setup/");
  await expect(heading(page, "Настройка сервера")).toBeVisible();
  await expect(page.getByText(/setup-link\.txt/)).toBeVisible();
  await context.close();
});
