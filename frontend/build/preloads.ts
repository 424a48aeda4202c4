import type { Plugin } from "vite";

/** Stands in `index.html`; becomes the files that `public/theme.js` asks for. */
const MARK = "__PARLOR_PRELOADS__";
const LANGUAGES = ["en", "ru"];

/**
 * Tells the page which files its first screen will import once its first script runs, so that the
 * browser fetches them beside that script and not after it: a round trip less before anything stands
 * there. Which screen and which language it will be is only known in the browser.
 */
export function preloads(): Plugin {
  return {
    name: "parlor:preloads",
    apply: "build",
    enforce: "post",
    generateBundle(_options, bundle) {
      const chunks = Object.values(bundle).filter((part) => part.type === "chunk");
      const fileOf = (what: string, isIt: (chunk: (typeof chunks)[number]) => boolean) =>
        `/${chunks.find(isIt)?.fileName ?? this.error(`the build has no ${what}`)}`;
      const module = (path: string) =>
        fileOf(path, ({ facadeModuleId }) => facadeModuleId?.endsWith(path) ?? false);
      const named = (name: string) => fileOf(name, (chunk) => chunk.name === name);
      const texts = (part: string) =>
        Object.fromEntries(LANGUAGES.map((of) => [of, module(`/i18n/${of}.json?${part}`)]));
      const files = {
        first: texts("first"),
        rest: texts("rest"),
        room: [named("room")],
        login: [module("/features/auth/AuthScreens.tsx"), named("forms")],
      };
      const html = bundle["index.html"];
      if (html?.type !== "asset" || !String(html.source).includes(MARK)) {
        this.error(`index.html does not mention ${MARK}`);
      }
      const text = JSON.stringify(files).replaceAll('"', "&quot;");
      html.source = String(html.source).replace(MARK, () => text);
    },
  };
}
