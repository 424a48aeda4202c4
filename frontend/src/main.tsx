/** The start of the page: language, then who is here, then the first screen. */
import { createRoot } from "react-dom/client";
import "./styles/base.css";
import { App } from "./app/App";
import { followTheme } from "./app/theme";
import { bootLocale } from "./i18n";
import { reloadOnLostChunk } from "./lib/lost-chunk";
import { takeMailedToken } from "./lib/mailed-link";
import { boot } from "./realtime/store";
import { registerServiceWorker } from "./sw/register";

takeMailedToken();
reloadOnLostChunk();
followTheme();
// Side by side: neither waits for the other's answers from the network. The language is chosen
// first, so that only its texts are loaded.
void bootLocale().then(() => {
  const root = document.getElementById("root");
  if (root) createRoot(root).render(<App />);
});
void boot();
// Once the page has nothing better to do.
if (import.meta.env.PROD) addEventListener("load", registerServiceWorker);
