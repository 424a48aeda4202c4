import { expect, test } from "./fixtures";
import { Keys } from "./keys";

test("Enter that chooses a word of an input method neither sends, saves nor opens anything", async ({
  person,
}) => {
  const ann = await person("Ann");
  const [room] = [await ann.createRoom("Composed"), await ann.createRoom("Composed elsewhere")];
  await ann.open(room);
  const keys = await Keys.of(ann.page);
  const written = () => ann.texts(room);
  /** A word in the making, and both ways in which browsers pass on the Enter that chooses it. */
  const compose = async (making: string, word: string) => {
    await keys.compose(making);
    await keys.enter();
    await keys.enterOfInputMethod();
    await keys.commit(word);
    // Safari is done composing before it tells of the key.
    await keys.enterOfInputMethod();
  };

  // The composer.
  await expect(ann.composer).toBeFocused();
  await compose("にほんご", "日本語");
  await expect(ann.composer).toHaveValue("日本語");
  expect(await written()).toEqual([]);
  await ann.page.keyboard.press("Enter");
  await expect(ann.rows("日本語")).toHaveCount(1);
  await expect(ann.composer).toHaveValue("");
  // What is still on its way cannot be edited.
  await expect.poll(written).toEqual(["日本語"]);

  // A message that is edited.
  await ann.page.keyboard.press("ArrowUp");
  const box = ann.log.getByRole("textbox", { name: "Edit the message" });
  await expect(box).toBeFocused();
  await compose("です", "です");
  await expect(box).toHaveValue("日本語です");
  expect(await written()).toEqual(["日本語"]);
  await ann.page.keyboard.press("Enter");
  await expect(box).toHaveCount(0);
  await expect.poll(written).toEqual(["日本語です"]);

  // The list of people or emoji over the composer.
  await ann.composer.pressSequentially("Up :rocke");
  const rocket = ann.page.getByRole("option", { name: /rocket/ }).first();
  await expect(rocket).toBeVisible();
  await compose("t", "t");
  await expect(rocket).toBeVisible();
  // It follows a caret that only moves.
  await ann.composer.press("Home");
  await expect(rocket).toHaveCount(0);
  await ann.composer.press("End");
  await expect(rocket).toBeVisible();
  await expect(ann.composer).toHaveValue("Up :rocket");
  expect(await written()).toEqual(["日本語です"]);
  await ann.composer.fill("");

  // The switcher.
  await ann.page.keyboard.press("Control+KeyK");
  const field = ann.page.getByRole("combobox");
  await field.pressSequentially("Compos");
  await expect(ann.page.getByRole("option", { name: /elsewhere/ })).toBeVisible();
  await compose("ed els", "ed els");
  await expect(field).toHaveValue("Composed els");
  await expect(ann.page.getByRole("heading", { level: 1, name: "Composed" })).toBeVisible();
  await ann.page.keyboard.press("Enter");
  await expect(
    ann.page.getByRole("heading", { level: 1, name: "Composed elsewhere" }),
  ).toBeVisible();
});

test("on a Cyrillic layout every key is found by its place", async ({ person }) => {
  const [ann, bob] = [
    await person("Ann", { locale: "ru-RU" }),
    await person("Bob", { locale: "ru-RU" }),
  ];
  const { page } = ann;
  const room = await ann.createRoom("Раскладка");
  await bob.joinRoom(room);
  await bob.say(room, "Сказано Бобом");
  await ann.say(room, "Сказано Анной");
  await Promise.all([ann.open(room), bob.open(room)]);
  const keys = await Keys.of(page);
  const row = (text: string) => ann.log.getByRole("article").filter({ hasText: text });

  await keys.press("KeyK", "л", { ctrl: true });
  await expect(page.getByRole("combobox")).toBeFocused();
  await page.keyboard.press("Escape");
  await keys.press("Slash", ".", { ctrl: true });
  await expect(page.getByRole("dialog")).toContainText("Сочетания клавиш");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);

  // A letter that is typed where it means nothing is written, whatever the alphabet.
  await page.getByRole("link", { name: "Раскладка" }).first().focus();
  await keys.press("KeyJ", "о");
  await keys.press("KeyR", "к");
  await expect(ann.composer).toBeFocused();
  await expect(ann.composer).toHaveValue("ок");
  await ann.composer.fill("");

  // In the messages.
  await page.keyboard.press("Shift+F6");
  await page.keyboard.press("ArrowUp");
  await expect(row("Сказано Анной")).toBeFocused();
  await keys.press("KeyE", "у");
  const box = ann.log.locator("textarea");
  await expect(box).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(box).toHaveCount(0);
  await row("Сказано Анной").focus();
  await page.keyboard.press("Delete");
  await expect(ann.log.getByText("Сообщение удалено")).toBeVisible();
  await keys.press("KeyZ", "я", { ctrl: true });
  await expect(row("Сказано Анной")).toBeVisible();
  await row("Сказано Бобом").focus();
  await keys.press("KeyR", "к");
  await expect(page.getByRole("gridcell").first()).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(row("Сказано Бобом")).toBeFocused();
  await keys.press("KeyW", "ц");
  await expect(page.getByRole("textbox", { name: /Bob/ })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(ann.composer).toBeFocused();
  await row("Сказано Бобом").focus();
  await keys.press("KeyP", "з");
  await expect(page).toHaveURL(new RegExp(`/profiles/${bob.username}/$`));
});

test("letters are commands where keys led, and text after a press with the pointer", async ({
  person,
}) => {
  const ann = await person("Ann");
  const { page } = ann;
  const room = await ann.createRoom("Pressed");
  for (let number = 1; number <= 60; number += 1) await ann.say(room, `line ${number}`);
  await ann.open(room);
  const box = ann.log.getByRole("textbox", { name: "Edit the message" });

  await ann.rows("line 58").click();
  await page.keyboard.type("erwin");
  await expect(ann.composer).toBeFocused();
  await expect(ann.composer).toHaveValue("erwin");
  await ann.composer.fill("");

  // The arrows go on from the row that was pressed, and then it is keys that lead.
  await ann.rows("line 58").click();
  await page.keyboard.press("ArrowUp");
  await expect(ann.rows("line 57")).toBeFocused();
  await page.keyboard.press("e");
  await expect(box).toHaveValue("line 57");
  await expect(box).toBeFocused();
  await page.keyboard.press("Escape");

  // From the log itself they lead to the row that was left, or to one that is seen.
  await expect(ann.composer).toBeFocused();
  await page.keyboard.press("Shift+F6");
  await expect(ann.log).toBeFocused();
  await page.keyboard.press("ArrowUp");
  await expect(ann.rows("line 57")).toBeFocused();
  await page.reload();
  await expect(ann.composer).toBeVisible();
  await ann.log.hover();
  await page.mouse.wheel(0, -900);
  await expect(ann.rows("line 60")).not.toBeInViewport();
  await ann.log.focus();
  await page.keyboard.press("ArrowUp");
  const focused = page.locator("[data-row]:focus");
  await expect(focused).toBeInViewport();
  await expect(ann.rows("line 60")).not.toBeInViewport();

  // What leads back to the newest goes away, and leaves the focus where one writes.
  await page.getByRole("button", { name: "Jump to the newest message" }).focus();
  await page.keyboard.press("Enter");
  await expect(ann.rows("line 60")).toBeInViewport();
  await expect(ann.composer).toBeFocused();
});

test("the keyboard of an iPhone, which lies over the page, never covers what is written", async ({
  person,
}) => {
  const viewport = { width: 390, height: 844 };
  const ann = await person("Ann", { viewport, hasTouch: true, isMobile: true });
  // Neither the property nor such a keyboard is here: what iOS says of both is said in its place.
  await ann.context.addInitScript(() => {
    const supports = CSS.supports.bind(CSS) as (...call: string[]) => boolean;
    CSS.supports = (...call: string[]) => call[0] === "-webkit-touch-callout" || supports(...call);
    const view = Object.assign(new EventTarget(), { height: window.innerHeight, scale: 1 });
    Object.defineProperty(window, "visualViewport", { value: view });
  });
  const room = await ann.createRoom("Keyboard");
  for (let n = 1; n <= 30; n += 1) await ann.say(room, `line ${n}`);
  await ann.open(room);
  const keyboard = (covered: number) =>
    ann.page.evaluate((covered) => {
      const view = window.visualViewport as unknown as EventTarget & { height: number };
      view.height = window.innerHeight - covered;
      view.dispatchEvent(new Event("resize"));
    }, covered);
  const bottom = async () => {
    const box = await ann.composer.boundingBox();
    return (box?.y ?? 0) + (box?.height ?? 0);
  };
  const before = await bottom();
  await expect(async () => {
    await keyboard(336);
    expect(await bottom()).toBeLessThanOrEqual(viewport.height - 336);
  }).toPass();
  // The newest message stays above it, and the head stays where it was.
  await expect(ann.rows("line 30")).toBeInViewport();
  const head = await ann.page.getByRole("heading", { level: 1 }).boundingBox();
  expect(head?.y).toBeGreaterThan(0);
  await keyboard(0);
  expect(await bottom()).toBe(before);
});
