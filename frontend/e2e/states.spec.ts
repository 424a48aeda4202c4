import { type BrowserContextOptions, devices } from "@playwright/test";
import { enterAs, expect, test } from "./fixtures";
import { look } from "./look";
import { Scene } from "./scene";
import { PAGES } from "./states/pages";
import { OUTAGE, ROOM } from "./states/room";
import { Stage, type State } from "./states/state";
import { TROUBLE } from "./states/trouble";
import { Wire } from "./wire";

/** Every state of the client, in the order in which one leads to the next. */
const STATES: readonly State[] = [...ROOM, ...OUTAGE, ...PAGES, ...TROUBLE];

const { defaultBrowserType: _, ...PIXEL } = devices["Pixel 7"];
/** Wide and narrow, as the design draws them; the narrow one is a phone. */
const SIZES: Record<"wide" | "phone", BrowserContextOptions> = {
  wide: { viewport: { width: 1280, height: 800 } },
  phone: { ...PIXEL, viewport: { width: 390, height: 844 }, deviceScaleFactor: 1 },
};
/** The longer words where there is less room; `SCREENS=all` shows both languages at both sizes. */
const LOCALES =
  process.env.SCREENS === "all"
    ? ({ wide: ["en", "ru"], phone: ["ru", "en"] } as const)
    : ({ wide: ["en"], phone: ["ru"] } as const);
const TAGS = { en: "en-GB", ru: "ru-RU" };

// Each has a server and people of its own.
test.describe.configure({ mode: "parallel", timeout: 400_000 });
// A state that cannot be reached is known soon.
test.use({ actionTimeout: 30_000 });

for (const size of ["wide", "phone"] as const) {
  for (const locale of LOCALES[size]) {
    test(`every state of a room and of the lists can be used, ${size}, ${locale}`, async ({
      browser,
    }) => {
      const scene = await Scene.build(browser);
      const viewer = await enterAs(
        browser,
        scene.server,
        { name: "Mira Okafor", username: "mira" },
        // What is looked at is what comes to rest.
        { ...SIZES[size], reducedMotion: "reduce", locale: TAGS[locale] },
      );
      const stage = new Stage(scene, viewer, await Wire.through(viewer.context), locale);
      for (const { name, only, reach } of STATES) {
        if (only && only !== size) continue;
        await test.step(name, async () => {
          await reach(stage);
          for (const colorScheme of ["light", "dark"] as const) {
            await viewer.page.emulateMedia({ colorScheme });
            await look(viewer.page, `state-${name}-${size}-${locale}-${colorScheme}`);
          }
        });
      }
      await viewer.context.close();
      await scene.stop();
    });
  }
}

test("a state has a name of its own", () => {
  const names = STATES.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});
