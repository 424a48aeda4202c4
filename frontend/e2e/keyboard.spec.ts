import type { Locator, Page } from "@playwright/test";
import { expect, PASSWORD, test } from "./fixtures";
import { halves } from "./png";
import { Scene } from "./scene";

/** More stops than any screen here has. */
const STOPS_MAX = 90;

/** Somebody at a keyboard, with no mouse. */
class Typist {
  constructor(
    readonly page: Page,
    readonly scene: Scene,
  ) {}

  press(...keys: string[]): Promise<void> {
    return keys.reduce(
      (before, key) => before.then(() => this.page.keyboard.press(key)),
      Promise.resolve(),
    );
  }

  type(text: string): Promise<void> {
    return this.page.keyboard.type(text);
  }

  /** Presses Tab until `target` has the focus. */
  async tabTo(target: Locator, key = "Tab"): Promise<void> {
    await expect(target).toBeVisible();
    for (let stop = 0; stop < STOPS_MAX; stop += 1) {
      if (await target.evaluate((element) => element === document.activeElement)) return;
      await this.press(key);
    }
    await expect(target, `reached by ${key}`).toBeFocused();
  }

  /** Presses an arrow until an entry of a menu has the focus. */
  async choose(name: string | RegExp, role: "menuitem" | "menuitemradio" = "menuitem") {
    await expect(this.page.getByRole("menu")).toBeVisible();
    await expect(this.page.getByRole("menu").locator(":focus")).toHaveCount(1);
    await this.tabTo(this.page.getByRole(role, { name }), "ArrowDown");
    await this.press("Enter");
  }

  async openSwitcher(): Promise<void> {
    await this.press("Control+KeyK");
    await expect(this.page.getByRole("combobox")).toBeFocused();
  }

  /** Presses an arrow until an entry of the switcher is the marked one. */
  async mark(option: Locator): Promise<void> {
    await expect(option).toBeVisible();
    for (let stop = 0; stop < STOPS_MAX; stop += 1) {
      if ((await option.getAttribute("aria-selected")) === "true") return;
      await this.press("ArrowDown");
    }
  }

  heading(name: string): Locator {
    return this.page.getByRole("heading", { level: 1, name, exact: true });
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole("button", { name, exact: typeof name === "string" });
  }

  get composer(): Locator {
    return this.page.locator("[data-composer]");
  }

  row(text: string): Locator {
    return this.page.getByRole("log").getByRole("article").filter({ hasText: text }).last();
  }

  /** From the composer to the newest row of the log. */
  async toLastRow(): Promise<void> {
    await this.press("Shift+F6");
    await expect(this.page.getByRole("log")).toBeFocused();
    await this.press("ArrowUp");
  }

  /** Fails unless the focus is somewhere, and can be seen there. */
  async seesFocus(): Promise<void> {
    await expect
      .poll(() =>
        this.page.evaluate(() => {
          const at = document.activeElement;
          if (!at || at === document.body) return "lost";
          const shell = at.closest(".input-shell");
          if (shell && getComputedStyle(shell).boxShadow.includes("0px 0px 0px 3px")) return "seen";
          const { outlineStyle, outlineWidth, backgroundColor } = getComputedStyle(at);
          if (outlineStyle !== "none" && outlineWidth !== "0px") return "seen";
          // Entries of menus have a ground instead; headings that were led to need no ring.
          const isGround = at.role?.startsWith("menuitem") && !/, 0\)$/.test(backgroundColor);
          return isGround || /^(H[1-6]|MAIN)$/.test(at.tagName) || at.matches("dialog input")
            ? "seen"
            : `not seen: ${at.outerHTML.slice(0, 200)}`;
        }),
      )
      .toBe("seen");
  }
}

type Task = readonly [name: string, run: (typist: Typist) => Promise<void>];

/** What people do all day, each from where the one before left off. */
const TASKS: readonly Task[] = [
  [
    "sign in",
    async (at) => {
      await at.page.goto("/login/");
      await expect(at.page.getByLabel("Username or e-mail")).toBeFocused();
      await at.type("mira");
      await at.press("Tab");
      await at.type(PASSWORD);
      await at.press("Enter");
      await expect(at.page.getByRole("navigation", { name: "Main" })).toBeVisible();
      // A page like one that was just opened: the first stop is the way past the navigation.
      await at.press("Tab");
      await expect(at.page.getByRole("link", { name: "Skip to content" })).toBeFocused();
    },
  ],
  [
    "find a room and join it",
    async (at) => {
      await at.scene.people.anton.createRoom("Hall of keys");
      await at.tabTo(at.page.getByRole("link", { name: "Browse rooms" }));
      await at.press("Enter");
      await at.tabTo(at.page.getByRole("searchbox"));
      await at.type("hall of");
      await at.tabTo(at.button("Join Hall of keys"));
      await at.press("Enter");
      await expect(at.heading("Hall of keys")).toBeVisible();
      await expect(at.composer).toBeFocused();
    },
  ],
  [
    "create a room",
    async (at) => {
      await at.tabTo(at.button("New room"));
      await at.press("Enter");
      await expect(at.page.getByRole("dialog").getByLabel("Name")).toBeFocused();
      await at.type("Made by keys");
      await at.press("Enter");
      await expect(at.heading("Made by keys")).toBeVisible();
      await expect(at.composer).toBeFocused();
    },
  ],
  [
    "send a message",
    async (at) => {
      await at.type("one line");
      await at.press("Shift+Enter");
      await at.type("and another");
      await at.press("Enter");
      await expect(at.row("and another")).toBeVisible();
      await expect(at.composer).toBeFocused();
    },
  ],
  [
    "edit the last message",
    async (at) => {
      await at.press("ArrowUp");
      await expect(at.page.getByRole("textbox", { name: "Edit the message" })).toBeFocused();
      await at.type(", edited");
      await at.press("Enter");
      await expect(at.row("and another, edited")).toContainText("(edited)");
      await expect(at.composer).toBeFocused();
    },
  ],
  [
    "switch rooms by the switcher",
    async (at) => {
      await at.openSwitcher();
      await at.type("gate");
      await expect(at.page.getByRole("option", { name: /gateway/ })).toBeVisible();
      await at.press("Enter");
      await expect(at.heading("gateway")).toBeVisible();
      await expect(at.composer).toBeFocused();
    },
  ],
  [
    "reply to a message",
    async (at) => {
      await expect(at.row("Shipping the first one")).toBeVisible();
      await at.toLastRow();
      await at.press("Enter");
      await at.choose("Reply");
      await expect(at.composer).toBeFocused();
      await expect(at.page.getByText("Reply to Kenji Mori")).toBeVisible();
      await at.type("Thank you");
      await at.press("Enter");
      await expect(at.row("Thank you")).toContainText("In reply to Kenji Mori");
    },
  ],
  [
    "react to a message",
    async (at) => {
      await at.toLastRow();
      await at.press("ArrowUp", "KeyR");
      await expect(at.page.getByRole("combobox", { name: "Search emoji" })).toBeFocused();
      await at.type("rocket");
      await expect(at.page.getByRole("gridcell", { name: /rocket/ }).first()).toBeVisible();
      await at.press("Enter");
      await expect(at.page.getByRole("log").getByRole("button", { name: /^🚀 1/u })).toBeVisible();
    },
  ],
  [
    "delete a message and take that back",
    async (at) => {
      await at.press("End");
      await expect(at.row("Thank you")).toBeFocused();
      await at.press("Delete");
      const log = at.page.getByRole("log");
      await expect(log.getByText("This message was deleted")).toBeVisible();
      await at.press("Control+KeyZ");
      await expect(at.row("Thank you")).toBeVisible();
      await expect(log.getByText("This message was deleted")).toHaveCount(0);
    },
  ],
  [
    "whisper to somebody",
    async (at) => {
      // From the row of one's own up to Kenji's.
      await at.press("ArrowUp", "KeyW");
      await expect(at.page.getByRole("textbox", { name: "Whisper to Kenji Mori" })).toBeFocused();
      await at.type("between us");
      await at.press("Enter");
      await expect(at.page.getByRole("log").getByText("between us")).toBeVisible();
      await at.press("Escape");
      await expect(at.page.getByRole("textbox", { name: "Message to #gateway" })).toBeFocused();
    },
  ],
  [
    "mention somebody from the list",
    async (at) => {
      await at.type("Hello @len");
      await expect(at.page.getByRole("option", { name: /Lena/ })).toBeVisible();
      await at.press("Tab");
      await expect(at.composer).toHaveValue("Hello @lena ");
      await at.press("Enter");
      await expect(at.row("Hello @lena")).toBeVisible();
    },
  ],
  [
    "write an emoji",
    async (at) => {
      await at.type("Up :rocke");
      await expect(at.page.getByRole("option", { name: /rocket/ }).first()).toBeVisible();
      await at.press("Enter");
      await expect(at.composer).toHaveValue("Up 🚀 ");
      await at.press("Enter");
      await expect(at.row("Up 🚀")).toBeVisible();
    },
  ],
  [
    "go to the next room, and to the next with something unread",
    async (at) => {
      await at.press("Alt+ArrowDown");
      await expect(at.heading("general")).toBeVisible();
      await at.press("Alt+ArrowUp");
      await expect(at.heading("gateway")).toBeVisible();
      await at.press("Alt+Shift+ArrowUp");
      await expect(at.heading("design")).toBeVisible();
      await expect(at.composer).toBeFocused();
    },
  ],
  [
    "jump to the first unread message",
    async (at) => {
      const { releases } = at.scene.rooms;
      for (let n = 1; n <= 40; n += 1) await at.scene.people.anton.say(releases, `line ${n}`);
      await at.openSwitcher();
      await at.type("releases");
      await expect(at.page.getByRole("option", { name: /^releases/ })).toBeVisible();
      await at.press("Enter");
      await expect(at.row("line 40")).toBeVisible();
      await at.tabTo(at.button("Jump"), "Shift+Tab");
      await at.press("Enter");
      await expect(at.page.locator("#new-line")).toBeInViewport();
    },
  ],
  [
    "search and open what was found",
    async (at) => {
      await at.openSwitcher();
      await at.type("staging node");
      await at.mark(at.page.getByRole("option", { name: /Search messages/ }));
      await at.press("Enter");
      const found = at.page.getByRole("main").getByRole("link", { name: /staging node/ });
      await at.tabTo(found);
      await at.press("Enter");
      await expect(at.heading("gateway")).toBeVisible();
      await expect(at.row("staging node")).toBeInViewport();
    },
  ],
  [
    "start a direct room from the members",
    async (at) => {
      await expect(at.composer).toBeVisible();
      const ines = at.page.locator("[data-region=members]").getByRole("button", { name: /^Ines/ });
      for (const region of ["composer", "members"]) {
        while (!(await isIn(at, region))) await at.press("F6");
      }
      await at.tabTo(ines);
      await at.press("Enter");
      await expect(at.heading("Ines Duarte")).toBeVisible();
      await expect(at.composer).toBeFocused();
    },
  ],
  [
    "change the display name",
    async (at) => {
      await at.tabTo(at.button("Settings"));
      await at.press("Enter");
      const name = at.page.getByLabel("Display name");
      await at.tabTo(name);
      await at.press("Control+KeyA");
      await at.type("Mira of the Keys");
      await at.press("Enter");
      await expect(at.button(/^Mira of the Keys/)).toBeVisible();
    },
  ],
  [
    "choose and crop a picture",
    async (at) => {
      await at.tabTo(at.button("Upload a picture"), "Shift+Tab");
      const chooser = at.page.waitForEvent("filechooser");
      await at.press("Enter");
      const picture = { name: "halves.png", mimeType: "image/png", buffer: halves(800, 400) };
      await (await chooser).setFiles(picture);
      await expect(at.page.getByRole("dialog")).toBeVisible();
      await at.press("ArrowRight", "ArrowRight");
      await at.tabTo(at.button("Use this picture"));
      await at.press("Enter");
      await expect(at.button("Change the picture")).toBeVisible();
    },
  ],
  [
    "change the theme",
    async (at) => {
      await at.tabTo(at.page.getByRole("link", { name: "Appearance" }));
      await at.press("Enter");
      await at.tabTo(at.page.getByRole("radio", { name: "System" }));
      await at.press("ArrowDown", "ArrowDown");
      await expect(at.page.locator("html")).toHaveAttribute("data-theme", "dark");
    },
  ],
  [
    "end another session",
    async (at) => {
      await at.tabTo(at.page.getByRole("link", { name: "Security" }), "Shift+Tab");
      await at.press("Enter");
      await at.tabTo(at.button(/^End the session of/).first());
      await at.press("Enter");
      await expect(at.page.getByText("The session has ended.")).toBeVisible();
    },
  ],
  [
    "sign out",
    async (at) => {
      await at.tabTo(at.button(/^Mira of the Keys/), "Shift+Tab");
      await at.press("Enter");
      await at.choose("Sign out");
      await expect(at.page).toHaveURL(/\/login\//);
      await expect(at.page.getByLabel("Username or e-mail")).toBeFocused();
    },
  ],
];

async function isIn(at: Typist, region: string): Promise<boolean> {
  return at.page.evaluate(
    (region) => document.activeElement?.closest(`[data-region="${region}"]`) !== null,
    region,
  );
}

test("everything people do all day is done by keys alone, and the focus is always seen", async ({
  browser,
}) => {
  // Every stop is a key press of its own.
  test.setTimeout(240_000);
  const scene = await Scene.build(browser);
  const context = await browser.newContext({ baseURL: scene.server.url, locale: "en-GB" });
  const page = await context.newPage();
  await page.addInitScript(() => {
    for (const type of ["mousedown", "touchstart", "wheel"]) {
      addEventListener(type, () => Object.assign(window, { mouse: type }), true);
    }
  });
  const typist = new Typist(page, scene);
  for (const [name, run] of TASKS) {
    await test.step(name, async () => {
      await run(typist);
      await typist.seesFocus();
      expect(
        await page.evaluate(() => (window as unknown as { mouse?: string }).mouse),
      ).toBeUndefined();
    });
  }
  expect(TASKS.length).toBeGreaterThanOrEqual(20);
  await context.close();
  await scene.stop();
});
