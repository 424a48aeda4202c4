import type { Browser, Page } from "@playwright/test";
import { expect, PASSWORD, test } from "./fixtures";
import { OidcProvider } from "./oidc";
import { Server } from "./server";

const heading = (page: Page, name: string | RegExp) =>
  page.getByRole("heading", { level: 1, name });

/** Says at the provider who one is. */
async function say(page: Page, who: string): Promise<void> {
  await page.getByLabel("Who are you?").fill(who);
  await page.getByRole("button", { name: "Go on" }).click();
}

async function withBoth(
  browser: Browser,
  run: (open: (locale?: string) => Promise<Page>, server: Server) => Promise<void>,
): Promise<void> {
  const provider = await OidcProvider.start();
  const server = await Server.start(provider.settings);
  try {
    await run(async (locale = "en-GB") => {
      const context = await browser.newContext({ baseURL: server.url, locale });
      return context.newPage();
    }, server);
  } finally {
    await server.stop();
    await provider.stop();
  }
}

test("[001-1] somebody signs up by a provider, comes back to where they were, and signs in again", async ({
  browser,
}) => {
  await withBoth(browser, async (open) => {
    const page = await open();
    await page.goto("/profiles/");
    await page.getByRole("button", { name: "Continue with Acme ID" }).click();
    await say(page, "ines");
    await expect(heading(page, "People")).toBeVisible();
    await expect(page).toHaveURL(/\/profiles\/$/);
    await page.getByRole("button", { name: /^ines of Acme/ }).click();
    await expect(page.getByRole("menuitem", { name: "Settings" })).toBeVisible();
    await page.keyboard.press("Escape");
    // It is a session like any other: a reload keeps it.
    await page.reload();
    await expect(heading(page, "People")).toBeVisible();

    // The way back is good once: the page it led to can't be opened again.
    const other = await open("ru-RU");
    await other.goto("/oidc/?code=x&state=y");
    await expect(heading(other, "Войти не удалось")).toBeVisible();
    await expect(other).toHaveURL(/\/oidc\/$/);
    await other.goto("/login/");
    await other.getByRole("button", { name: "Войти через Acme ID" }).click();
    // The provider lets nobody in.
    await say(other, "");
    await expect(other.getByText("Провайдер вас не впустил.")).toBeVisible();
    await other.goto("/login/?next=%2F%2Fevil.example%2F");
    await other.getByRole("button", { name: "Войти через Acme ID" }).click();
    await say(other, "ines");
    await expect(
      other.getByRole("navigation", { name: "Основная навигация" }).first(),
    ).toBeVisible();
    expect(new URL(other.url()).host).toBe(new URL(page.url()).host);
  });
});

test("[001-1] a provider is connected in the settings, signs in, and is disconnected", async ({
  browser,
}) => {
  await withBoth(browser, async (open) => {
    const page = await open();
    await page.goto("/signup/");
    await page.getByLabel("Username", { exact: true }).fill("ann");
    await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await page.getByLabel("Repeat the password", { exact: true }).fill(PASSWORD);
    await page.getByLabel("Repeat the password", { exact: true }).press("Enter");
    await expect(page.getByRole("button", { name: /^ann/ })).toBeVisible();

    await page.goto("/settings/security/");
    await page.getByRole("button", { name: "Connect Acme ID" }).click();
    await page.getByLabel("Current password").fill("wrong");
    await page.getByLabel("Current password").press("Enter");
    await expect(page.getByRole("dialog")).toContainText("This is not your password.");
    await page.getByLabel("Current password").fill(PASSWORD);
    await page.getByLabel("Current password").press("Enter");
    await say(page, "ann.at.acme");
    await expect(heading(page, "Settings")).toBeVisible();
    const list = page.getByRole("list", { name: "Sign-in providers" });
    await expect(list).toContainText("ann.at.acme@acme.example");

    const second = await open();
    await second.goto("/login/");
    await second.getByRole("button", { name: "Continue with Acme ID" }).click();
    await say(second, "ann.at.acme");
    await expect(second.getByRole("button", { name: /^ann/ })).toBeVisible();

    await page.getByRole("button", { name: "Disconnect Acme ID" }).click();
    await page.getByLabel("Current password").fill(PASSWORD);
    await page.getByLabel("Current password").press("Enter");
    await expect(page.getByRole("button", { name: "Connect Acme ID" })).toBeVisible();
  });
});

test("a provider that is down is said to be, and the password still works", async ({ browser }) => {
  const provider = await OidcProvider.start();
  const server = await Server.start(provider.settings);
  await provider.stop();
  try {
    const context = await browser.newContext({ baseURL: server.url, locale: "en-GB" });
    const page = await context.newPage();
    await page.goto("/login/");
    await page.getByRole("button", { name: "Continue with Acme ID" }).click();
    await expect(page.getByText("The sign-in provider can't be asked right now.")).toBeVisible();
    await expect(page.getByLabel("Password", { exact: true })).toBeEditable();
    await context.close();
  } finally {
    await server.stop();
  }
});
