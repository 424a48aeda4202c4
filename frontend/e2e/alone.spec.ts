import type { Browser, Page } from "@playwright/test";
import { Copy } from "./alone";
import { expect, PASSWORD, test } from "./fixtures";
import { freePort, Server } from "./server";

async function signUp(browser: Browser, origin: string, name: string): Promise<Page> {
  const page = await (await browser.newContext({ baseURL: origin, locale: "en-GB" })).newPage();
  await page.goto("/signup/");
  await page.getByLabel("Username").fill(name);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByLabel("Repeat the password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByRole("navigation", { name: "Main" })).toBeVisible();
  return page;
}

test("the web client is built from its own folder alone, and served by another server than Parlor", async ({
  browser,
}) => {
  // A build and a start of everything come first.
  test.setTimeout(240_000);
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const server = await Server.start({ PARLOR_ALLOWED_ORIGINS: origin });
  const copy = new Copy();
  try {
    await copy.build();
    await copy.preview(port, server.url);
    const [ann, bob] = [
      await signUp(browser, origin, "ann-alone"),
      await signUp(browser, origin, "bob-alone"),
    ];
    const served = new Set<string>();
    bob.on("request", (request) => served.add(new URL(request.url()).origin));
    bob.on("websocket", (socket) => served.add(new URL(socket.url()).origin));

    await ann
      .getByRole("button", { name: /Create a room|New room/ })
      .first()
      .click();
    const dialog = ann.getByRole("dialog");
    await dialog.getByLabel("Name").fill("Served elsewhere");
    await dialog.getByRole("button", { name: "Create room" }).click();
    await expect(ann.getByRole("heading", { level: 1, name: "Served elsewhere" })).toBeVisible();
    await bob.goto(new URL(ann.url()).pathname);
    await bob.getByRole("button", { name: "Join Served elsewhere" }).click();

    const write = async (page: Page, text: string) => {
      const composer = page.getByRole("textbox", { name: /Message to/ });
      await composer.fill(text);
      await composer.press("Enter");
    };
    await write(ann, "Is anybody there?");
    await expect(bob.getByRole("log").getByText("Is anybody there?")).toBeVisible();
    await write(bob, "I am");
    await expect(ann.getByRole("log").getByText("I am", { exact: true })).toBeVisible();

    // The refresh cookie is good through the other origin as well.
    await bob.reload();
    await expect(bob.getByRole("log").getByText("Is anybody there?")).toHaveCount(1);
    expect([...served].sort()).toEqual([origin, origin.replace("http", "ws")]);
  } finally {
    for (const context of browser.contexts()) await context.close();
    copy.remove();
    await server.stop();
  }
});
